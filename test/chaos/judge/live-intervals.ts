import type { CarrierLog } from './carrier-log.js';

/** A call on the carrier's clock: from its create request to its end. */
export interface LiveInterval {
  readonly dialerJobId: string;
  readonly to: string;
  readonly from: number;
  /** Infinity while it goes on. */
  readonly until: number;
}

export function liveIntervals({ creates, ends }: CarrierLog): LiveInterval[] {
  const endOf = new Map(ends.map((end) => [end.callId, end.t]));
  const seen = new Set<string>();
  return creates.flatMap(({ verdict, callId, dialerJobId, to, t }) => {
    if (verdict !== 'taken' || callId === null || seen.has(callId)) return [];
    seen.add(callId);
    return [{ dialerJobId, to, from: t, until: endOf.get(callId) ?? Infinity }];
  });
}

/**
 * The moments at which more intervals are open than allowed, each with how many. An end comes before a beginning at the
 * same moment.
 */
export function momentsAbove(intervals: readonly LiveInterval[], allowed: number): { at: number; open: number }[] {
  const steps = intervals.flatMap(({ from, until }) => [
    { at: from, change: 1 },
    { at: until, change: -1 },
  ]);
  steps.sort((a, b) => (a.at === b.at ? a.change - b.change : a.at - b.at));
  let open = 0;
  return steps.flatMap(({ at, change }) => {
    open += change;
    return change > 0 && open > allowed ? [{ at, open }] : [];
  });
}
