import { inspectJob, type InspectedJob } from '#database/statements/ops/inspect-jobs.js';
import { lostReport, rungOutReport } from '#dialer/conversations/call-conclusions.js';
import type { CallRoute } from '#dialer/routes/call-route.js';
import { foundCall, lookUpOwn } from '#dialer/routes/own-call.js';
import { withTimeout } from '#runtime/with-timeout.js';
import { reviewJob, type ReviewVerdict } from '#rules/attempt/job-review.js';
import { maskedNumber } from '#rules/phone-number/masked-number.js';
import type { CallLookup, CallReference, HangupResult } from '#telephony/port/telephony-provider.js';
import { done, refused, requiredId, YES, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsContext } from './ops-context.js';
import { answerSentence, consequenceSentence } from './reconcile-sentences.js';

const PROVIDER_PATIENCE_MS = 15_000;
const SILENCE: CallLookup = { kind: 'unavailable', cause: 'no answer in time' };

interface Order {
  readonly isMeant: boolean;
  readonly asLost: boolean;
}

export const RECONCILE: OpsCommand = {
  name: 'reconcile',
  usage: '<dialer_job_id> [--as-lost] [--yes]',
  summary: 'Asks the provider about a call and applies its answer; --as-lost ends one that it does not know.',
  options: { ...YES, 'as-lost': { type: 'boolean' } },
  prepare(given) {
    const dialerJobId = requiredId(given, 'dialer job');
    const order = { isMeant: given.flags.has('yes'), asLost: given.flags.has('as-lost') };
    return (context) => reconcile(context, dialerJobId, order);
  },
};

async function reconcile(context: OpsContext, dialerJobId: string, order: Order): Promise<OpsReport> {
  const job = await inspectJob(context.database, dialerJobId);
  if (!job) return refused(`There is no dialer job ${dialerJobId}.`);
  const route = await context.routes.routeOfAccount(job);
  const obstacle = whyNot(job, route);
  if (obstacle !== null) return refused(obstacle);
  const placed = toPlaced(route, job);
  const asked = lookUpOwn({ database: context.database, provider: route.provider }, placed.reference);
  const lookup = await withTimeout<CallLookup>(PROVIDER_PATIENCE_MS, asked, SILENCE);
  const verdict = judge(placed, lookup);
  const answer =
    `Dialer job ${job.dialer_job_id} (${job.status}, number ${maskedNumber(job.phone_number)}): ` +
    answerSentence(lookup);
  return order.asLost
    ? endAsLost(context, job, {
        order,
        answer,
        isUnknown: lookup.kind === 'not_found' || verdict.kind === 'end_as_lost',
      })
    : follow(context, placed, { order, answer, verdict, lookup });
}

/**
 * Returns the reason why a job cannot be reconciled. A create request that may still be open belongs to its worker: the
 * provider's answer could change within a second.
 */
function whyNot(job: InspectedJob, route: CallRoute): string | null {
  const name = `Dialer job ${job.dialer_job_id}`;
  if (job.check_at === null) return `${name} has ended (${job.status}): there is nothing to reconcile.`;
  if (job.status === 'queued') return `${name} is queued, nothing was dialed for it: use release.`;
  if (!route.carries(job))
    return `${name} was dialed through ${job.provider ?? 'nobody'}, ${whyNotCarried(job, route)}`;
  if (job.status !== 'dialing' || job.check_at <= job.now) return null;
  return (
    `${name} is being dialed, and its worker may still be waiting for the answer: try again after ` +
    `${job.check_at.toISOString()}.`
  );
}

function whyNotCarried({ telephony_account_id }: InspectedJob, route: CallRoute): string {
  if (telephony_account_id === null) return `and TELEPHONY_PROVIDER is ${route.provider.name}: set it, and try again.`;
  const isUnreadable = route.closedFor === 'telephony_account_unreadable';
  const fate = isUnreadable ? 'does not open with CREDENTIALS_KEYS' : 'was deleted';
  return `over telephony account ${telephony_account_id}, which ${fate}.`;
}

interface PlacedJob {
  readonly route: CallRoute;
  readonly job: InspectedJob;
  readonly reference: CallReference;
  readonly deadlineAt: Date;
  readonly ringDeadlineAt: Date;
}

function toPlaced(route: CallRoute, job: InspectedJob): PlacedJob {
  const { dialing_at, deadline_at: deadlineAt, ring_deadline_at: ringDeadlineAt } = job;
  if (!dialing_at || !deadlineAt || !ringDeadlineAt)
    throw new Error(`Dialer job ${job.dialer_job_id} does not say when it was dialed`);
  return { route, job, reference: route.toReference(job, dialing_at), deadlineAt, ringDeadlineAt };
}

function judge({ route, job, deadlineAt, ringDeadlineAt }: PlacedJob, lookup: CallLookup): ReviewVerdict {
  const { lookupIntervalSeconds } = route.provider.capabilities;
  const reviewed = {
    isConfirmed: job.status === 'active',
    lookups: job.lookups,
    ringTimeoutSeconds: job.ring_timeout_seconds,
    longestSeconds: job.longest_seconds ?? 0,
    ringDeadlineAt,
    deadlineAt,
    // The operator is the witness that a sweeper needs beside the database's clock.
    watchedSeconds: Infinity,
    isHangupRequested: job.is_hangup_requested,
  };
  return reviewJob(reviewed, lookup, { now: job.now, lookupIntervalSeconds });
}

interface Findings {
  readonly order: Order;
  readonly answer: string;
}

async function follow(
  context: OpsContext,
  { route, job, reference }: PlacedJob,
  { order, answer, verdict, lookup }: Findings & { verdict: ReviewVerdict; lookup: CallLookup },
): Promise<OpsReport> {
  const consequence = consequenceSentence(verdict, lookup);
  if (verdict.kind === 'wait') return done(answer, consequence);
  if (verdict.kind === 'end_as_lost') return order.isMeant ? refused(answer, consequence) : done(answer, consequence);
  if (!order.isMeant) return done(answer, consequence, 'Nothing is changed; add --yes to do it.');
  if (verdict.kind === 'hang_up') {
    const hangup = route.provider.hangup(foundCall(reference, lookup));
    const answered = await withTimeout<HangupResult>(PROVIDER_PATIENCE_MS, hangup, 'unavailable');
    if (verdict.hasRungOut) await context.recorder.record(rungOutReport(job.dialer_job_id, job.now));
    return done(answer, `Told the provider to hang up, and it answered: ${answered}.`);
  }
  await context.recorder.record(verdict.report);
  return done(answer, await outcome(context, job));
}

/**
 * Ends the call as lost. The job is read again first: a call report that arrived meanwhile counts more than the
 * provider's answer.
 */
async function endAsLost(
  context: OpsContext,
  job: InspectedJob,
  { order, answer, isUnknown }: Findings & { isUnknown: boolean },
): Promise<OpsReport> {
  if (!isUnknown)
    return refused(answer, 'Only a call that the provider does not know is ended as lost: leave --as-lost out.');
  if (!order.isMeant) return done(answer, 'Would end the call as lost; nothing is changed, add --yes to do it.');
  const present = await inspectJob(context.database, job.dialer_job_id);
  if (present?.status !== job.status || present.call_status !== job.call_status) {
    return refused(answer, 'The call has moved meanwhile; nothing is changed.');
  }
  await context.recorder.record(lostReport(job.dialer_job_id, job.now));
  return done(answer, await outcome(context, job));
}

/** Returns the outcome. The recorder fills a freed slot in the background, and the database stays open for it. */
async function outcome(
  { database, dispatcher }: OpsContext,
  { dialer_job_id, campaign_id }: InspectedJob,
): Promise<string> {
  await dispatcher.dispatch(campaign_id);
  const job = await inspectJob(database, dialer_job_id);
  if (!job) return 'The campaign was deleted meanwhile.';
  return (
    `Recorded: the dialer job is ${job.status}, its call ${job.call_status ?? 'none'}, its lead ${job.lead_id} ` +
    `${job.lead_status}.`
  );
}
