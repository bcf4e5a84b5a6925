import type { CarrierCreate } from './carrier-log.js';
import type { Evidence, Finding } from './evidence.js';
import { groupBy } from '#rules/values/group-by.js';
import { liveIntervals, momentsAbove } from './live-intervals.js';

/** Two calls for one attempt. */
export function attemptsDialedTwice({ carrier }: Evidence): Finding[] {
  return repeated(carrier.creates.filter(isAccepted)).map(({ dialerJobId, creates }) => ({
    what: `dialer job ${dialerJobId} was taken by the carrier ${creates.length} times, at ${times(creates)}`,
  }));
}

/** Two requests for one attempt, whatever the carrier made of them. */
export function requestsRepeated({ carrier }: Evidence): Finding[] {
  return repeated(carrier.creates).map(({ dialerJobId, creates }) => ({
    what:
      `dialer job ${dialerJobId} reached the carrier ${creates.length} times, at ${times(creates)}: ` +
      creates.map((create) => create.verdict).join(', '),
  }));
}

/** Two calls at once to one number. */
export function numbersDialedAtOnce({ carrier }: Evidence): Finding[] {
  return [...groupBy(liveIntervals(carrier), ({ to }) => to)].flatMap(([to, calls]) =>
    momentsAbove(calls, 1).map(({ at, open }) => ({
      what:
        `${open} calls to ${to} at once at ${at} ms of the carrier's clock, of dialer jobs ` +
        calls.map((call) => call.dialerJobId).join(', '),
    })),
  );
}

/**
 * Finds leads with more calls than their campaign allows. A call in which the person asked for a callback allows one
 * more.
 */
export function leadsDialedTooOften(evidence: Evidence): Finding[] {
  const { carrier, jobs, calls, campaigns } = evidence;
  const jobOf = new Map(jobs.map((job) => [job.id, job]));
  const campaignOf = new Map(campaigns.map((campaign) => [campaign.id, campaign]));
  const callbacks = groupBy(
    calls.filter(({ outcome }) => outcome === 'callback_requested'),
    ({ lead_id }) => lead_id,
  );
  const accepted = groupBy(
    carrier.creates.filter(isAccepted).flatMap(({ dialerJobId }) => jobOf.get(dialerJobId) ?? []),
    ({ lead_id }) => lead_id,
  );
  return [...accepted].flatMap(([leadId, dialed]) => {
    const retries = campaignOf.get(dialed[0]!.campaign_id)?.max_retries ?? 0;
    const allowed = 1 + retries + (callbacks.get(leadId)?.length ?? 0);
    return dialed.length > allowed
      ? [{ what: `lead ${leadId} was called ${dialed.length} times, ${allowed} were allowed` }]
      : [];
  });
}

/** Finds moments at which a campaign had more calls in progress than slots. */
export function instantsOverCap({ carrier, jobs, campaigns }: Evidence): Finding[] {
  const campaignOf = new Map(jobs.map((job) => [job.id, job.campaign_id]));
  const byCampaign = groupBy(liveIntervals(carrier), ({ dialerJobId }) => campaignOf.get(dialerJobId));
  return campaigns.flatMap(({ id, name, max_concurrent_calls }) =>
    momentsAbove(byCampaign.get(id) ?? [], max_concurrent_calls).map(({ at, open }) => ({
      what: `campaign ${name}: ${open} calls at ${at} ms of the carrier's clock, ${max_concurrent_calls} are allowed`,
    })),
  );
}

/** A call that belongs to no attempt in the database. */
export function callsOfNobody({ carrier, jobs }: Evidence): Finding[] {
  const known = new Set(jobs.map(({ id }) => id));
  return carrier.creates
    .filter(({ dialerJobId }) => !known.has(dialerJobId))
    .map(({ dialerJobId }) => ({ what: `the carrier was asked for dialer job ${dialerJobId}, which does not exist` }));
}

/** Attempts that were told of a call that the carrier made for another one, or for nobody. */
export function callsOfOthers({ carrier, calls }: Evidence): Finding[] {
  const madeFor = new Map(carrier.creates.map(({ callId, dialerJobId }) => [callId, dialerJobId]));
  return calls.flatMap(({ dialer_job_id, provider_call_id }) => {
    const owner = provider_call_id === null ? dialer_job_id : madeFor.get(provider_call_id);
    return owner === dialer_job_id
      ? []
      : [{ what: `dialer job ${dialer_job_id} has call ${provider_call_id}, made for ${owner ?? 'nobody'}` }];
  });
}

export function isAccepted({ verdict }: CarrierCreate): boolean {
  return verdict === 'taken';
}

function repeated(creates: readonly CarrierCreate[]): { dialerJobId: string; creates: CarrierCreate[] }[] {
  return [...groupBy(creates, ({ dialerJobId }) => dialerJobId)]
    .filter(([, group]) => group.length > 1)
    .map(([dialerJobId, group]) => ({ dialerJobId, creates: group }));
}

function times(creates: readonly CarrierCreate[]): string {
  return creates.map(({ at }) => new Date(at).toISOString()).join(', ');
}
