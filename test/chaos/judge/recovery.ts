import type { FaultRecord } from '../faults/catalogue.js';
import type { Freeze } from '../failpoints/thawer.js';
import type { BacklogSample } from '../load/backlog.js';
import { groupBy } from '#rules/values/group-by.js';

/** How soon the system dialed again after the faults of a kind. Null where it was never to be seen. */
export interface Recovery {
  readonly id: string;
  readonly name: string;
  readonly times: number;
  /** Those after which something waited to be dialed all the time. */
  readonly measured: number;
  readonly p95Ms: number | null;
  readonly maxMs: number | null;
  readonly above10s: number;
  /** Of those above: during which a process stood still at a failpoint, perhaps with a lock in its hands. */
  readonly above10sWhileFrozen: number;
}

export interface RecoveryEvidence {
  readonly faults: readonly FaultRecord[];
  /** When the carrier was asked for calls, in order. */
  readonly createTimes: readonly number[];
  readonly backlog: readonly BacklogSample[];
  readonly freezes: readonly Freeze[];
  /** Until when the run was watched. */
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

/** From the fault's start or heal to the next create request; null when there was nothing to dial in between. */
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
