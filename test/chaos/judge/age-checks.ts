import type { CarrierEnd } from './carrier-log.js';
import type { Evidence, Finding } from './evidence.js';

/** Terms of every campaign of a run. */
export const MAX_CALL_SECONDS = 10;

const REACHED: readonly (string | null)[] = ['reached', 'goal_reached', 'opt_out'];

/** A carrier that has no verdict of its own leaves it at who took the call. */
function hasReached({ status, answeredBy, outcome }: CarrierEnd): boolean {
  if (status !== 'completed' || answeredBy !== 'human') return false;
  return outcome === null || REACHED.includes(outcome);
}

/** Finds people who were reached, by the carrier's log, and called again in the same campaign after that. */
export function reachedCalledAgain({ carrier, jobs }: Evidence): Finding[] {
  const leadOf = new Map(jobs.map(({ id, lead_id }) => [id, lead_id]));
  const reached = new Map<string, CarrierEnd>();
  for (const end of carrier.ends.filter(hasReached)) {
    const lead = leadOf.get(end.dialerJobId);
    if (lead !== undefined && end.t < (reached.get(lead)?.t ?? Infinity)) reached.set(lead, end);
  }
  return carrier.creates.flatMap(({ dialerJobId, verdict, t }) => {
    const lead = leadOf.get(dialerJobId);
    const end = lead === undefined ? undefined : reached.get(lead);
    if (verdict !== 'taken' || !end || t <= end.t || end.dialerJobId === dialerJobId) return [];
    return [
      {
        what:
          `lead ${lead} was reached at ${end.t} ms of the carrier's clock, and called again at ` +
          `${t} (${dialerJobId})`,
      },
    ];
  });
}

/** Finds conversations with a person, by the carrier's log, that Outdial ended before `MAX_CALL_SECONDS`. */
export function talksCutShort({ carrier }: Evidence): Finding[] {
  const answeredAt = new Map(carrier.answers.map(({ callId, t }) => [callId, t]));
  const endOf = new Map(carrier.ends.map((end) => [end.callId, end]));
  return carrier.hangups.flatMap(({ callId, t }) => {
    const [from, end] = [answeredAt.get(callId), endOf.get(callId)];
    const isTalk = from !== undefined && from <= t && end?.answeredBy === 'human' && end.t >= t;
    const seconds = isTalk ? (t - from) / 1000 : Infinity;
    return seconds < MAX_CALL_SECONDS ? [{ what: `call ${callId} was hung up after ${seconds} s of talk` }] : [];
  });
}
