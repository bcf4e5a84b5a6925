import type { AskedChange } from '../load/changes.js';
import { isAccepted } from './dial-checks.js';
import type { Evidence, Placement } from './evidence.js';
import { decidedAt } from './true-times.js';
import { groupBy } from '#rules/values/group-by.js';
import { lastBefore, nameOf, type Judgement } from './terms-checks.js';

/** A time in which a number must not be called; `until` may be Infinity. */
interface Suppression {
  readonly phoneNumber: string;
  readonly from: number;
  readonly until: number;
  /** End of the entry by the database's clock, which decides that. */
  readonly endsAt: number;
}

/**
 * Finds calls that were committed while the number was on the list, in the order of commits. Opt-outs in a call are
 * included.
 */
export function commitsWhileListed({ placements, dncChanges }: Evidence): Judgement {
  const changesOf = groupBy(dncChanges, ({ phone_number }) => phone_number);
  const cases = placements.filter(({ phone_number }) => changesOf.has(phone_number));
  const isListed = (placement: Placement) => {
    const { phone_number, committed_at } = placement;
    const entry = lastBefore(changesOf.get(phone_number) ?? [], committed_at);
    return entry?.is_listed === true && (entry.expires_at === null || entry.expires_at > decidedAt(placement));
  };
  return {
    judged: cases.length,
    findings: cases.filter(isListed).map((placement) => ({ what: `${nameOf(placement)} was to a listed number` })),
  };
}

/**
 * Finds calls to listed numbers by the API's word alone. A listing counts from its answer until the next request for
 * the number, or until the entry ends.
 */
export function commitsAfterListing({ placements, changes }: Evidence): Judgement {
  const suppressions = groupBy(suppressionsOf(changes), ({ phoneNumber }) => phoneNumber);
  const cases = placements.filter(({ phone_number }) => suppressions.has(phone_number));
  return {
    judged: cases.length,
    findings: cases.flatMap((placement) =>
      (suppressions.get(placement.phone_number) ?? [])
        .filter(({ from, until }) => placement.committed_at > from && placement.noted_at < until)
        .filter(({ endsAt }) => decidedAt(placement) < endsAt)
        .map(({ from }) => ({
          what:
            `${nameOf(placement)} came ${Math.round(placement.committed_at - from)} ms after the ` +
            'listing had answered',
        })),
    ),
  };
}

/** Longest time for which a request may be under way after the commit; the carrier rejects later ones. */
const IN_FLIGHT_MS = 15_000;

/**
 * Finds calls that the carrier accepted after the listing had answered. A request that was committed before may still
 * be under way, for `IN_FLIGHT_MS` and no longer.
 */
export function dialsAfterListing({ carrier, changes, placements }: Evidence): Judgement {
  const suppressions = groupBy(suppressionsOf(changes), ({ phoneNumber }) => phoneNumber);
  const placementOf = new Map(placements.map((placement) => [placement.dialer_job_id, placement]));
  const cases = carrier.creates.filter((create) => isAccepted(create) && suppressions.has(create.to));
  return {
    judged: cases.length,
    findings: cases.flatMap(({ to, at, dialerJobId }) =>
      (suppressions.get(to) ?? [])
        .filter(({ from, until }) => at < until && at > from)
        .filter(({ from, endsAt }) => {
          const placement = placementOf.get(dialerJobId);
          const isOver = placement !== undefined && decidedAt(placement) >= endsAt;
          return !isOver && (at > from + IN_FLIGHT_MS || (placement?.committed_at ?? Infinity) > from);
        })
        .map(({ from }) => ({
          what: `the carrier took dialer job ${dialerJobId} to ${to} ${at - from} ms after the listing had answered`,
        })),
    ),
  };
}

/** Date.now() counts whole milliseconds, the database's clock parts of them. */
const CLOCK_GRAIN_MS = 1;

function suppressionsOf(changes: readonly AskedChange[]): Suppression[] {
  const ofNumber = groupBy(
    changes.filter(({ change }) => isAboutListing(change)),
    ({ change }) => (isAboutListing(change) ? change.phoneNumber : ''),
  );
  return [...ofNumber].flatMap(([phoneNumber, asked]) =>
    asked.flatMap(({ change, answeredAt, isAcknowledged }, index) => {
      if (!isAcknowledged || change.kind === 'unlisted') return [];
      const endsAt = change.kind === 'listed' ? (change.expiresAt ?? Infinity) : Infinity;
      return [
        {
          phoneNumber,
          from: answeredAt + CLOCK_GRAIN_MS,
          until: Math.min(endsAt, asked[index + 1]?.askedAt ?? Infinity),
          endsAt,
        },
      ];
    }),
  );
}

type Change = AskedChange['change'];

function isAboutListing(change: Change): change is Change & { readonly kind: 'listed' | 'unlisted' | 'opted_out' } {
  return change.kind === 'listed' || change.kind === 'unlisted' || change.kind === 'opted_out';
}
