import { numberKey } from '#rules/phone-number/number-key.js';
import type { ReadSuppression } from './suppression-entries.js';

/** Sum of a whole log. The order and the repetition of its entries do not matter. */
export interface SuppressionState {
  /** Latest entry on each number of each tenant's list. */
  readonly numbers: ReadonlyMap<string, ReadSuppression>;
  /** Latest revocation of each number's consent. */
  readonly revocations: ReadonlyMap<string, ReadSuppression>;
  /** Hashes of erased people, by tenant. */
  readonly erased: ReadonlyMap<string, ReadonlyMap<string, Date>>;
  readonly lines: number;
  /** Lines that were not readable. */
  readonly unreadable: number;
}

/** Sums up entries. A later entry replaces an earlier one. Of two at the same instant the suppressing one counts. */
export class SuppressionCollector {
  private readonly numbers = new Map<string, ReadSuppression>();
  private readonly revocations = new Map<string, ReadSuppression>();
  private readonly erased = new Map<string, Map<string, Date>>();
  private lines = 0;
  private unreadable = 0;

  /** @param line null: it was not readable. */
  add(line: ReadSuppression | null): void {
    this.lines += 1;
    if (line === null) this.unreadable += 1;
    else if (line.kind === 'erased') this.addErased(line);
    else this.addNumber(line.kind === 'consent_revoked' ? this.revocations : this.numbers, line);
  }

  get state(): SuppressionState {
    const { numbers, revocations, erased, lines, unreadable } = this;
    return { numbers, revocations, erased, lines, unreadable };
  }

  private addErased({ tenantId, personHash, at }: ReadSuppression): void {
    const people = this.erased.get(tenantId) ?? new Map<string, Date>();
    this.erased.set(tenantId, people.set(personHash!, at));
  }

  private addNumber(words: Map<string, ReadSuppression>, line: ReadSuppression): void {
    const key = `${line.tenantId}\0${numberKey(line.phoneNumber!)}`;
    const known = words.get(key);
    if (!known || line.at > known.at || (+line.at === +known.at && line.kind !== 'removed')) words.set(key, line);
  }
}
