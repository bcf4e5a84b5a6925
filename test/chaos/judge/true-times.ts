import type { FaultRecord } from '../faults/catalogue.js';
import type { DatabaseRows, Placement } from './evidence.js';

/**
 * A jump of the database's clock: by how much it was off, and between which moments of the machine's clock it may have
 * been.
 */
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
 * Dates what the database noted by the machine's clock: what was written while its own was off by an hour says so by
 * its time. When a call was decided by the database's clock stays beside it (`decided_at`), since hours, gaps and caps
 * can be held against no other.
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

/** When a call was allowed, by the clock that decided it. */
export function decidedAt({ decided_at, noted_at }: Placement): number {
  return decided_at ?? noted_at;
}
