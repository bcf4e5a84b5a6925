import type { FaultRecord } from '../faults/catalogue.js';
import type { Freeze } from '../failpoints/thawer.js';
import type { BacklogSample } from '../load/backlog.js';
import { groupBy } from '#rules/values/group-by.js';

/** Time until the system dialed again after the faults of a kind; null if it could never be observed. */
export interface Recovery {
  readonly id: string;
  readonly name: string;
  readonly times: number;
  /** Number of faults after which something waited to be dialed all the time. */
  readonly measured: number;
  readonly p95Ms: number | null;
  readonly maxMs: number | null;
  readonly above10s: number;
  /** Part of `above10s` in which a process stood still at a failpoint, perhaps with a lock. */
  readonly above10sWhileFrozen: number;
}

export interface RecoveryEvidence {
  readonly faults: readonly FaultRecord[];
  /** Times at which the carrier was asked for calls, in order. */
  readonly createTimes: readonly number[];
  readonly backlog: readonly BacklogSample[];
  readonly freezes: readonly Freeze[];
  /** Time until which the run was watched. */
  readonly endedAt: number;
}

const AIM_MS = 10_000;

export function recoveries(evidence: RecoveryEvidence): Recovery[] {
  const done = evidence.faults.filter(({ failure }) => failure === null);
  return [...groupBy(done, ({ id, name }) => `${id} ${name}`).values()]
    .map((group) => summarize(group, evidence))
    .sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }) || a.name.localeCompare(b.name, 'en'));
}

function summarize(group: readonly FaultRecord[], evidence: RecoveryEvidence): Recovery {
  const spans = group.flatMap((fault) => recoverySpan(fault, evidence) ?? []);
  const durations = spans.map(({ from, until }) => until - from).sort((a, b) => a - b);
  const slow = spans.filter(({ from, until }) => until - from > AIM_MS);
  return {
    id: group[0]!.id,
    name: group[0]!.name,
    times: group.length,
    measured: spans.length,
    p95Ms: durations[Math.ceil(durations.length * 0.95) - 1] ?? null,
    maxMs: durations.at(-1) ?? null,
    above10s: slow.length,
    above10sWhileFrozen: slow.filter((span) =>
      evidence.freezes.some(({ startedAt, endedAt }) => startedAt < span.until && endedAt > span.from),
    ).length,
  };
}

/**
 * Returns the span from the fault's start or heal to the next create request. Returns null unless something waited to
 * be dialed all the time.
 */
export function recoverySpan(
  { recoversFrom, startedAt, healedAt }: FaultRecord,
  { createTimes, backlog, endedAt }: RecoveryEvidence,
): { from: number; until: number } | null {
  const from = recoversFrom === 'start' ? startedAt : healedAt;
  const until = createTimes.find((at) => at > from) ?? endedAt;
  const before = backlog.findLast(({ at }) => at <= from);
  const during = backlog.filter(({ at }) => at > from && at < until);
  const hadBacklog = [before, ...during].every((sample) => sample?.hasBacklog);
  return hadBacklog ? { from, until } : null;
}
