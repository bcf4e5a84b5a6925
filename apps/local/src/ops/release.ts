import { inspectJob, type InspectedJob } from '#database/statements/ops/inspect-jobs.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { releaseJob } from '#database/statements/engine/claim/release-job.js';
import { done, refused, requiredId, YES, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsContext } from './ops-context.js';

export const RELEASE: OpsCommand = {
  name: 'release',
  usage: '<dialer_job_id> [--yes]',
  summary: 'Gives back a claim that is stuck as queued: the job is canceled, its lead due now.',
  options: YES,
  prepare(given) {
    const dialerJobId = requiredId(given, 'dialer job');
    return (context) => release(context, { dialerJobId, isMeant: given.flags.has('yes') });
  },
};

async function release(
  { database }: OpsContext,
  { dialerJobId, isMeant }: { dialerJobId: string; isMeant: boolean },
): Promise<OpsReport> {
  const job = await inspectJob(database, dialerJobId);
  if (!job) return refused(`There is no dialer job ${dialerJobId}.`);
  if (job.status !== 'queued') return refused(whyNot(job));
  if (!isMeant) return done(`Would give back ${describe(job)}.`, 'Nothing is changed; add --yes to do it.');
  const leadStatus = await database.transaction(async (sql) => {
    await lockCampaign(sql, { campaignId: job.campaign_id });
    return releaseJob(sql, dialerJobId);
  });
  if (!leadStatus) return refused(`Dialer job ${dialerJobId} was changed meanwhile; nothing is changed.`);
  return done(`Gave back dialer job ${dialerJobId}: it is canceled, its lead ${job.lead_id} is ${leadStatus}.`);
}

function describe(job: InspectedJob): string {
  const lead = job.lead_status === 'in_progress' ? 'becomes pending, due now' : `stays ${job.lead_status}`;
  return (
    `dialer job ${job.dialer_job_id}, queued since ${job.created_at.toISOString()}: it is canceled, its lead ` +
    `${job.lead_id} ${lead}; its campaign ${job.campaign_id} is ${job.campaign_status}`
  );
}

function whyNot({ dialer_job_id, status, check_at }: InspectedJob): string {
  return check_at === null
    ? `Dialer job ${dialer_job_id} has ended (${status}): there is nothing to give back.`
    : `Dialer job ${dialer_job_id} is ${status}, so its number may have been dialed: use reconcile.`;
}
