import type { LeadStatus } from '#rules/lead/lead-status.js';
import type { CallRow, CampaignRow, Evidence, Finding, LeadRow } from './evidence.js';
import { isAccepted } from './dial-checks.js';
import { groupBy } from '#rules/values/group-by.js';
import { clockJumps } from './true-times.js';

const FINAL: ReadonlySet<LeadStatus> = new Set(['completed', 'exhausted', 'invalid', 'suppressed', 'expired']);

/** Contacts that the API acknowledged and the database does not have, once. */
export function lostLeads({ acknowledgedContacts, leads }: Evidence): Finding[] {
  const there = groupBy(leads, ({ campaign_id, phone_number }) => `${campaign_id} ${phone_number}`);
  return [...acknowledgedContacts].flatMap(([campaignId, numbers]) =>
    [...numbers].flatMap((number) => {
      const n = there.get(`${campaignId} ${number}`)?.length ?? 0;
      return n === 1 ? [] : [{ what: `${number} of campaign ${campaignId} was acknowledged and is there ${n} times` }];
    }),
  );
}

/**
 * Tells whether a lead is due only after the run. The gap after calls lasts an hour longer if the database's clock was
 * an hour ahead then. The load hurries such leads, and the engine puts them off again.
 */
function isDueLater({ is_due_later, block_code }: LeadRow, faults: Evidence['faults']): boolean {
  const wasAhead = clockJumps(faults).some(({ offsetMs }) => offsetMs > 0);
  return is_due_later || (wasAhead && block_code === 'min_gap');
}

/** Finds leads that nobody will call any more although they are not done. */
export function stuckLeads({ leads, campaigns, faults }: Evidence): Finding[] {
  const running = new Set(campaigns.filter(({ status }) => status !== 'stopped').map(({ id }) => id));
  const isWaiting = (lead: LeadRow) =>
    lead.status === 'pending' && (isDueLater(lead, faults) || !running.has(lead.campaign_id));
  const stuck = leads.filter((lead) => !FINAL.has(lead.status) && !isWaiting(lead));
  return stuck.map(({ id, status, block_code, campaign_id }) => ({
    what:
      `lead ${id} of campaign ${campaign_id} is ${status}${block_code ? ` (${block_code})` : ''} ` +
      'and nothing moves it',
  }));
}

/**
 * Finds attempts that are still open, and campaigns that are not over though nothing is left to do. Three kinds of
 * campaigns may stay open:
 *
 * - A draft without leads: its creation was repeated, since the first answer got lost.
 * - A running campaign whose leads wait for a gap that a jump of the clock has made an hour longer.
 * - A running campaign whose leads may yet consent.
 */
export function stuckJobsAndCampaigns({ jobs, campaigns, leads, faults }: Evidence): Finding[] {
  const open = jobs.filter(({ status }) => ['queued', 'dialing', 'active', 'unconfirmed'].includes(status));
  const isOver = ({ status, total_leads }: CampaignRow) =>
    status === 'stopped' || status === 'completed' || (status === 'draft' && total_leads === 0);
  const openLeads = groupBy(
    leads.filter(({ status }) => !FINAL.has(status)),
    ({ campaign_id }) => campaign_id,
  );
  const wasAhead = clockJumps(faults).some(({ offsetMs }) => offsetMs > 0);
  const waits = ({ id, status }: CampaignRow) =>
    wasAhead && status === 'running' && (openLeads.get(id) ?? []).every((lead) => isDueLater(lead, faults));
  const isAwaiting = ({ id, status }: CampaignRow) => {
    const open = openLeads.get(id) ?? [];
    return status === 'running' && open.length > 0 && open.every(({ block_code }) => block_code === 'no_consent');
  };
  const unfinished = campaigns.filter((one) => !isOver(one) && !waits(one) && !isAwaiting(one));
  return [
    ...open.map(({ id, status, reason }) => ({
      what: `dialer job ${id} is still ${status} (${reason ?? 'no reason'})`,
    })),
    ...unfinished.map(({ id, name, status }) => ({ what: `campaign ${name} (${id}) is still ${status}` })),
  ];
}

/** A lead's count against its call rows, and each call row against the carrier's log. */
export function attemptsThatDiffer(evidence: Evidence): Finding[] {
  const { leads, calls, carrier } = evidence;
  const callsOf = groupBy(calls, ({ lead_id }) => lead_id);
  const rowOf = new Map(calls.map((call) => [call.dialer_job_id, call]));
  const createOf = groupBy(carrier.creates, ({ dialerJobId }) => dialerJobId);
  const counts = leads
    .map((lead) => ({ lead, rows: callsOf.get(lead.id)?.length ?? 0 }))
    .filter(({ lead, rows }) => lead.call_attempts !== rows)
    .map(({ lead, rows }) => ({ what: `lead ${lead.id} counts ${lead.call_attempts} attempts and has ${rows} calls` }));
  const unrecorded = carrier.creates
    .filter((create) => isAccepted(create) && !rowOf.has(create.dialerJobId))
    .map(({ dialerJobId, answer }) => ({
      what: `the carrier took dialer job ${dialerJobId} (${answer}), which has no call`,
    }));
  const invented = calls
    .filter((call) => call.outcome !== 'lost' && !createOf.has(call.dialer_job_id))
    .map((call) => ({
      what: `the call of dialer job ${call.dialer_job_id} is ${call.status} and never reached the carrier`,
    }));
  return [...counts, ...unrecorded, ...invented];
}

/** Calls that the carrier had taken and the database gave up: allowed, and shown with the reason. */
export function acceptedButLost({ calls, carrier }: Evidence): (CallRow & { readonly answer: string })[] {
  const accepted = new Map(carrier.creates.filter(isAccepted).map((create) => [create.dialerJobId, create]));
  return calls.flatMap((call) => {
    const create = accepted.get(call.dialer_job_id);
    return call.outcome === 'lost' && create ? [{ ...call, answer: create.answer }] : [];
  });
}

/** The campaigns' own counters against their rows. */
export function countersThatDiffer({ campaigns, leads, calls }: Evidence): Finding[] {
  const leadsOf = groupBy(
    leads.filter(({ status }) => status !== 'removed'),
    ({ campaign_id }) => campaign_id,
  );
  const callsOf = groupBy(calls, ({ campaign_id }) => campaign_id);
  return campaigns.flatMap((campaign) => {
    const mine = callsOf.get(campaign.id) ?? [];
    const counted = {
      total_leads: leadsOf.get(campaign.id)?.length ?? 0,
      calls_completed: mine.filter(({ status }) => status === 'completed').length,
      calls_failed: mine.filter(({ status }) => FAILED.has(status)).length,
    };
    return (Object.keys(counted) as (keyof typeof counted)[])
      .filter((name) => campaign[name] !== counted[name])
      .map((name) => ({
        what: `campaign ${campaign.name}: ${name} is ${campaign[name]}, counted are ${counted[name]}`,
      }));
  });
}

const FAILED: ReadonlySet<string> = new Set(['no_answer', 'busy', 'failed', 'canceled', 'lost']);
