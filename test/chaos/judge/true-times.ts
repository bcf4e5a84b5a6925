import type { FaultRecord } from '../faults/catalogue.js';
import type { DatabaseRows, Placement } from './evidence.js';

/** Jump of the database's clock. By the machine's clock, it may have been off between `from` and `until`. */
interface Jump {
  readonly offsetMs: number;
  readonly from: number;
  readonly until: number;
}

/** A clock that is set follows within so long, at the beginning as at the end. */
const FOLLOWS_MS = 3_000;
const HOUR_MS = 3_600_000;

export function clockJumps(faults: readonly FaultRecord[]): Jump[] {
  return faults
    .filter(({ id, failure }) => id === 'F23' && failure === null)
    .map(({ name, startedAt, healedAt }) => ({
      offsetMs: name.includes('+') ? HOUR_MS : -HOUR_MS,
      from: startedAt - FOLLOWS_MS,
      until: healedAt + FOLLOWS_MS,
    }));
}

/**
 * Converts the times that the database noted to the machine's clock. The time of a row shows whether the database's
 * clock was off by an hour. `decided_at` keeps the time by the database's clock, since it alone decides on hours, gaps
 * and caps.
 */
export function withTrueTimes(rows: DatabaseRows, faults: readonly FaultRecord[]): DatabaseRows {
  const jumps = clockJumps(faults);
  if (jumps.length === 0) return rows;
  const trueTime = (at: number) => {
    const jump = jumps.find(({ offsetMs, from, until }) => at - offsetMs >= from && at - offsetMs <= until);
    return jump ? at - jump.offsetMs : at;
  };
  const dated = <Row extends { readonly committed_at: number }>(all: readonly Row[]): Row[] =>
    all
      .map((row) => ({ ...row, committed_at: trueTime(row.committed_at) }))
      .sort((a, b) => a.committed_at - b.committed_at);
  const placements = rows.placements.map((one) => ({
    ...one,
    decided_at: one.noted_at,
    noted_at: trueTime(one.noted_at),
  }));
  return {
    ...rows,
    placements: dated(placements),
    statusChanges: dated(rows.statusChanges),
    dncChanges: dated(rows.dncChanges),
    campaignTerms: dated(rows.campaignTerms),
    tenantTerms: dated(rows.tenantTerms),
    consents: dated(rows.consents),
  };
}

/** Returns when a call was allowed, by the clock that decided it. */
export function decidedAt({ decided_at, noted_at }: Placement): number {
  return decided_at ?? noted_at;
}
