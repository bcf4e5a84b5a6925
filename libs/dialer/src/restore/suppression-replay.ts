import { Injectable } from '@nestjs/common';
import { actAs, currentActor } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import { allowMinutes } from '#database/statements/parts/allow-minutes.js';
import { putDncEntries, removeDncEntries, suppressListed } from '#database/statements/people/dnc.js';
import {
  isConsentRevoked,
  knownTenants,
  numbersOfTenant,
  rememberErased,
  standingEntries,
  type StandingEntry,
} from '#database/statements/people/replay-suppressions.js';
import { numberKey } from '#rules/phone-number/number-key.js';
import { DomainError } from '#rules/errors/domain-error.js';
import { addConsent } from '../people/add-consent.js';
import { lockListed, MOST_LISTED_AT_ONCE } from '../people/do-not-call.js';
import { Erasure } from '../people/erasure.js';
import { PersonHash } from '../people/person-hash.js';
import type { ReadSuppression } from './suppression-entries.js';
import type { SuppressionState } from './suppression-state.js';

export interface ReplayReport {
  listed: number;
  removed: number;
  consents_revoked: number;
  erased: number;
  /** Entries that the database agrees with already. */
  unchanged: number;
  /** Entries of tenants that the backup does not have. */
  of_unknown_tenants: number;
  /** People in a call, who cannot be erased before it ends. The replay must be run again. */
  in_call: number;
}

const NUMBERS_AT_ONCE = 1_000;

/** Time before every entry of a log. */
const NEVER = new Date(-8.64e15);

/** Restores the suppressions since the backup. Safe to repeat, and safe for a log that has entries twice. */
@Injectable()
export class SuppressionReplay {
  constructor(
    private readonly database: Database,
    private readonly erasure: Erasure,
    private readonly hash: PersonHash,
  ) {}

  /** @param isMeant false: nothing is changed. */
  async replay(state: SuppressionState, isMeant: boolean): Promise<ReplayReport> {
    const report: ReplayReport = {
      listed: 0,
      removed: 0,
      consents_revoked: 0,
      erased: 0,
      unchanged: 0,
      of_unknown_tenants: 0,
      in_call: 0,
    };
    const run = new ReplayRun(this.database, { erasure: this.erasure, hash: this.hash }, { state, isMeant, report });
    await run.perform();
    return report;
  }
}

interface ReplayOrder {
  readonly state: SuppressionState;
  readonly isMeant: boolean;
  readonly report: ReplayReport;
}

class ReplayRun {
  constructor(
    private readonly database: Database,
    private readonly people: { readonly erasure: Erasure; readonly hash: PersonHash },
    private readonly order: ReplayOrder,
  ) {}

  async perform(): Promise<void> {
    const { state, report } = this.order;
    const words = [...state.numbers.values()].filter((word) => !this.isErased(word));
    const revocations = [...state.revocations.values()].filter((word) => !this.isErased(word));
    const tenantIds = new Set(
      [...words, ...revocations].map(({ tenantId }) => tenantId).concat([...state.erased.keys()]),
    );
    const known = await knownTenants(this.database, [...tenantIds]);
    for (const tenantId of tenantIds) {
      const ownWords = words.filter((word) => word.tenantId === tenantId);
      const ownRevocations = revocations.filter((word) => word.tenantId === tenantId);
      const erased = state.erased.get(tenantId) ?? new Map<string, Date>();
      if (!known.has(tenantId)) {
        report.of_unknown_tenants += ownWords.length + ownRevocations.length + erased.size;
        continue;
      }
      for (let at = 0; at < ownWords.length; at += MOST_LISTED_AT_ONCE)
        await this.replayWords(tenantId, ownWords.slice(at, at + MOST_LISTED_AT_ONCE));
      for (const word of ownRevocations) await this.replayRevocation(word);
      await this.replayErasures(tenantId, erased);
    }
  }

  /** Returns true for an entry of a person who was erased afterwards: it is not restored. */
  private isErased({ tenantId, phoneNumber, at }: ReadSuppression): boolean {
    const erased = this.order.state.erased.get(tenantId);
    const hashes = erased ? this.people.hash.allOf(tenantId, phoneNumber!) : [];
    return hashes.some((hash) => (erased?.get(hash) ?? NEVER) >= at);
  }

  private async replayWords(tenantId: string, words: readonly ReadSuppression[]): Promise<void> {
    const list = { tenantId, isTest: false };
    const numbers = words.map(({ phoneNumber }) => phoneNumber!);
    await this.database.transaction(async (sql) => {
      await lockListed(sql, tenantId, numbers);
      const entries = await standingEntries(sql, tenantId, numbers);
      const byNumber = new Map(entries.map((entry) => [numberKey(entry.phone_number), entry]));
      const toList = words.filter((word) => isToBeListed(word, byNumber.get(numberKey(word.phoneNumber!))));
      const toRemove = words.filter((word) => isToBeRemoved(word, byNumber.get(numberKey(word.phoneNumber!))));
      this.count(words, toList, toRemove);
      if (!this.order.isMeant) return;
      if (toList.length > 0) {
        const listed = await putDncEntries(sql, list, toList.map(toEntry));
        await suppressListed(
          sql,
          list,
          listed.map(({ phone_number }) => phone_number),
        );
      }
      const removed = toRemove.map(({ phoneNumber }) => phoneNumber!);
      if (removed.length > 0) await removeDncEntries(sql, { ...list, numbers: removed });
    });
  }

  private count(words: readonly unknown[], toList: readonly unknown[], toRemove: readonly unknown[]): void {
    const { report } = this.order;
    report.listed += toList.length;
    report.removed += toRemove.length;
    report.unchanged += words.length - toList.length - toRemove.length;
  }

  private async replayRevocation({ tenantId, phoneNumber, at }: ReadSuppression): Promise<void> {
    const { report, isMeant } = this.order;
    if (await isConsentRevoked(this.database, { tenantId, phoneNumber: phoneNumber!, at }))
      return void (report.unchanged += 1);
    report.consents_revoked += 1;
    if (!isMeant) return;
    await this.database.transaction(async (sql) => {
      await lockListed(sql, tenantId, [phoneNumber!]);
      await addConsent(sql, tenantId, {
        phone_number: phoneNumber!,
        kind: 'revoked',
        source: 'suppression log',
        wording: null,
        channel: 'other',
        evidence_url: null,
        given_at: at.toISOString(),
        expires_at: null,
      });
    });
  }

  /** Erases people again. The log has hashes only, so each stored number is hashed and compared. */
  private async replayErasures(tenantId: string, erased: ReadonlyMap<string, Date>): Promise<void> {
    if (erased.size === 0) return;
    for (let after = ''; ;) {
      const numbers = await this.numbersAfter(tenantId, after);
      for (const number of numbers)
        if (this.people.hash.allOf(tenantId, number).some((hash) => erased.has(hash)))
          await this.erase(tenantId, number);
      const last = numbers.at(-1);
      if (last === undefined) break;
      after = last;
    }
    if (this.order.isMeant) await rememberErased(this.database, tenantId, [...erased.keys()]);
  }

  private numbersAfter(tenantId: string, after: string): Promise<string[]> {
    return this.database.transaction(async (sql) => {
      await allowMinutes(sql);
      return numbersOfTenant(sql, { tenantId, after, limit: NUMBERS_AT_ONCE });
    });
  }

  private async erase(tenantId: string, phoneNumber: string): Promise<void> {
    const { report, isMeant } = this.order;
    try {
      if (isMeant) await actAs({ ...currentActor() }, () => this.people.erasure.erase(tenantId, phoneNumber));
      report.erased += 1;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      report.in_call += 1;
    }
  }
}

/** Returns true if the list lacks the entry. No other entry replaces a person's own opt-out. */
function isToBeListed({ kind, source, expiresAt }: ReadSuppression, entry: StandingEntry | undefined): boolean {
  if (kind !== 'listed' || (expiresAt !== null && expiresAt <= new Date())) return false;
  if (!entry) return true;
  if (entry.source === 'opt_out') return false;
  return source !== entry.source || +(expiresAt ?? 0) !== +(entry.expires_at ?? 0);
}

/** Returns true if an entry is to be removed. One that was made after the removal stays. */
function isToBeRemoved({ kind, at }: ReadSuppression, entry: StandingEntry | undefined): boolean {
  return kind === 'removed' && entry !== undefined && entry.created_at < at;
}

function toEntry({ phoneNumber, reason, source, expiresAt }: ReadSuppression) {
  return { phone_number: phoneNumber!, reason, source, expires_at: expiresAt?.toISOString() ?? null };
}
