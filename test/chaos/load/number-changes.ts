import { sqlList } from '#database/statements/parts/sql-list.js';
import { OPEN_LEAD_STATUSES } from '#rules/lead/lead-status.js';
import { pickWeighted, type RandomNumbers } from '#rules/values/seeded-random.js';
import type { ChaosDatabase } from '../plant/chaos-database.js';
import type { ChangeLog } from './changes.js';

const LISTED_MS = [3_000, 15_000] as const;
const CONSENT_LASTS_MS = [2_000, 20_000] as const;

/**
 * Records what people say about being called: listings, opt-outs and consents. The people wait, or are just about to be
 * called.
 */
export class NumberChanges {
  private readonly listed: string[] = [];

  constructor(
    private readonly log: ChangeLog,
    private readonly database: ChaosDatabase,
    private readonly random: RandomNumbers,
  ) {}

  async listOrRemove(): Promise<void> {
    await pickWeighted(this.random, [
      { weight: 40, act: () => this.list(LISTED_MS) },
      { weight: 20, act: () => this.list(null) },
      { weight: 25, act: () => this.remove() },
      { weight: 15, act: () => this.optOut() },
    ]).act();
  }

  /** Records a consent four times out of five, often not for long; otherwise revokes one. */
  async consentOrRevoke(campaignId: string): Promise<void> {
    const isRevoked = this.random() < 0.2;
    const phoneNumber = await this.oneOf(isRevoked ? CONSENTED : WAITING_FOR_CONSENT, [campaignId]);
    if (phoneNumber === null) return;
    const consent = isRevoked ? 'revoked' : 'given';
    const expires = !isRevoked && this.random() < 0.3 ? { expires_at: this.soon(CONSENT_LASTS_MS).toISOString() } : {};
    const body = { phone_number: phoneNumber, kind: consent, source: 'Renewal form', channel: 'web', ...expires };
    await this.log.ask({ method: 'POST', path: '/consents', body }, { kind: 'consent', phoneNumber, consent });
  }

  private async list(range: readonly [number, number] | null): Promise<void> {
    const phoneNumber = await this.oneOf(this.random() < 0.5 ? CLAIMED : WAITING);
    if (phoneNumber === null) return;
    const expires = range && this.soon(range);
    await this.log.ask(
      { method: 'POST', path: '/dnc', body: { phone_number: phoneNumber, expires_at: expires?.toISOString() ?? null } },
      { kind: 'listed', phoneNumber, expiresAt: expires?.getTime() ?? null },
    );
    this.listed.push(phoneNumber);
  }

  private async remove(): Promise<void> {
    const [phoneNumber] = this.listed.splice(Math.floor(this.random() * this.listed.length), 1);
    if (phoneNumber === undefined) return;
    const path = `/dnc/${encodeURIComponent(phoneNumber)}`;
    await this.log.ask({ method: 'DELETE', path }, { kind: 'unlisted', phoneNumber });
  }

  private async optOut(): Promise<void> {
    const callId = await this.oneOf(RECENT_CALLS);
    if (callId === null) return;
    await this.log.ask(
      { method: 'POST', path: `/calls/${callId}/disposition`, body: { opt_out: true } },
      ({ body }) => ({ kind: 'opted_out', phoneNumber: String(body['phone_number']) }),
    );
  }

  /** Null when there is none, or the database is away. */
  private async oneOf(query: string, values: unknown[] = []): Promise<string | null> {
    const rows = await this.database.query<{ found: string }>(query, values).catch(() => []);
    return rows[Math.floor(this.random() * rows.length)]?.found ?? null;
  }

  private soon([least, most]: readonly [number, number]): Date {
    return new Date(Date.now() + least + Math.floor(this.random() * (most - least)));
  }
}

const WAITING = `
  SELECT phone_number AS found FROM leads WHERE status = 'pending' ORDER BY next_attempt_at, id LIMIT 100`;

/** Numbers whose jobs wait in the queue or are being placed. */
const CLAIMED = `
  SELECT phone_number AS found FROM dialer_jobs WHERE status IN ('queued', 'dialing') ORDER BY id LIMIT 100`;

/** Recent calls with people who may be called again. */
const RECENT_CALLS = `
  SELECT c.id AS found FROM calls c JOIN leads l ON l.id = c.lead_id
  WHERE l.status IN (${sqlList(OPEN_LEAD_STATUSES)}) ORDER BY c.started_at DESC LIMIT 50`;

const WAITING_FOR_CONSENT = `
  SELECT phone_number AS found FROM leads l WHERE campaign_id = $1 AND status = 'pending' ORDER BY id LIMIT 60`;

const CONSENTED = `
  SELECT phone_number AS found FROM leads l WHERE campaign_id = $1 AND status IN (${sqlList(OPEN_LEAD_STATUSES)})
    AND EXISTS (SELECT FROM consents c WHERE c.phone_number = l.phone_number) ORDER BY id LIMIT 60`;
