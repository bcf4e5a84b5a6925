import { failpoint } from '#config/failpoints.js';
import type { Sql } from '#database/connection/sql.js';
import { followGivenUpCalls, hangUpGivenUpCalls } from '#database/statements/engine/sweep/given-up-calls.js';
import { requestHangupsOfJobs } from '#database/statements/campaigns/pause-campaign.js';
import { lockFreeCampaigns } from '#database/statements/campaigns/lock-free-campaigns.js';
import {
  lockAgainstPlacing,
  lockCalls,
  lockCampaignsOfJobs,
  lockFreeCalls,
  type LockedCall,
} from '#database/statements/engine/locks/lock-calls.js';
import { scheduleFirstCostLookup } from '#database/statements/engine/sweep/cost-lookups.js';
import { insertCallReports, insertCallMedia, updateCalls } from '#database/statements/engine/record/write-calls.js';
import type { CallReport } from '#rules/call/call-report.js';
import { groupBy } from '#rules/values/group-by.js';
import { anonymousReport } from '#rules/call/storable-report.js';
import {
  factsAfter,
  hasEndedWithoutCost,
  isGivenUp,
  isMachineToHangUpOn,
  type CallChange,
} from '../settle/call-change.js';
import { toCallMedia, toCallUpdate, toNewCallReport } from './call-rows.js';
import { charge, lockBudgets, jobsThatMayBeCharged } from './minutes.js';
import { lockNumbers, lockNumbersOfOptOuts, listOptOuts } from './opt-outs.js';
import { endRelayed } from '../conversations/relayed-calls.js';
import { campaignsThatMayPause, settle } from '../settle/settle.js';

/** Seconds without a report after which a call is looked up. */
const QUIET_SECONDS = 5;

export interface RecordingTerms {
  /** Tells whether a provider may report the cost of a call after its end. */
  readonly costsComeLate: (provider: string) => boolean;
}

export interface Recorded {
  /** Dialer jobs whose calls the reports were written to. */
  readonly jobIds: ReadonlySet<string>;
  /** Campaigns that have a free slot and a lead to call now. */
  readonly freed: readonly string[];
}

/**
 * Records reports of any number of campaigns and settles the attempts that they end. Skips dialer jobs without a call.
 */
export async function recordReports(
  sql: Sql,
  reports: readonly CallReport[],
  terms: RecordingTerms,
): Promise<Recorded> {
  const jobIds = jobIdsOf(reports);
  await lockNumbers(sql, reports);
  const budgets = await lockBudgets(sql, reports);
  await lockNumbersOfOptOuts(sql, reports);
  await lockCampaignsOfJobs(sql, jobIds);
  return apply(sql, { ...terms, reports, budgets, calls: await lockCalls(sql, jobIds) });
}

/**
 * Records reports without waiting for a lock: rows that another transaction has locked are skipped. No report may be an
 * opt-out.
 */
export async function recordReportsOfFreeCampaigns(
  sql: Sql,
  reports: readonly CallReport[],
  terms: RecordingTerms,
): Promise<Recorded> {
  const locked = await lockFreeCampaigns(sql, {
    dialerJobIds: jobIdsOf(reports),
    payingJobIds: jobsThatMayBeCharged(reports),
  });
  return apply(sql, { ...terms, reports, budgets: locked.budgets, calls: await lockFreeCalls(sql, locked.jobIds) });
}

interface LockedCalls extends RecordingTerms {
  readonly reports: readonly CallReport[];
  readonly calls: readonly LockedCall[];
  readonly budgets: readonly string[];
}

async function apply(sql: Sql, { reports, calls, budgets, ...terms }: LockedCalls): Promise<Recorded> {
  await failpoint('report.locked');
  const changes = await changesOf(sql, reports, calls);
  await failpoint('report.inserted');
  const pausing = await campaignsThatMayPause(sql, changes);
  if (pausing.length > 0) await lockAgainstPlacing(sql, pausing);
  await write(sql, changes, terms);
  await failpoint('report.written');
  await charge(sql, { changes, budgets });
  const freed = await settle(sql, changes);
  await listOptOuts(sql, changes);
  return { jobIds: new Set(calls.map((call) => call.dialer_job_id)), freed };
}

function jobIdsOf(reports: readonly CallReport[]): string[] {
  return [...new Set(reports.map(({ dialerJobId }) => dialerJobId))];
}

/** Inserts the reports. Those that are new make up the changes. */
async function changesOf(
  sql: Sql,
  reports: readonly CallReport[],
  calls: readonly LockedCall[],
): Promise<readonly CallChange[]> {
  const told = groupBy(reports, ({ dialerJobId }) => dialerJobId);
  for (const [jobId, report] of await endRelayed(sql, calls, (call) => ofCall(told, call)))
    told.set(jobId, [report, ...(told.get(jobId) ?? [])]);
  const known = await insertCallReports(
    sql,
    calls.flatMap((call) => ofCall(told, call).map((report) => toNewCallReport(call, report))),
  );
  return calls.flatMap((call) => {
    const fresh = ofCall(told, call).filter((report) => known.has(`${call.call_id} ${report.reportKey}`));
    return fresh.length > 0 ? [factsAfter(call, fresh)] : [];
  });
}

/** Returns the reports of a call that may be stored. Drops recordings of a campaign that does not record calls. */
function ofCall(told: Map<string, CallReport[]>, { dialer_job_id, is_erased, record_calls }: LockedCall): CallReport[] {
  const reports = (told.get(dialer_job_id) ?? []).map((report) => (is_erased ? anonymousReport(report) : report));
  return record_calls ? reports : reports.map(({ recordingUrl: _recordingUrl, ...rest }) => rest);
}

async function write(sql: Sql, changes: readonly CallChange[], { costsComeLate }: RecordingTerms): Promise<void> {
  if (changes.length === 0) return;
  await updateCalls(sql, changes.map(toCallUpdate), QUIET_SECONDS);
  const machines = changes.filter(isMachineToHangUpOn).map(({ before }) => before.dialer_job_id);
  if (machines.length > 0) await requestHangupsOfJobs(sql, machines);
  const givenUp = changes.filter(isGivenUp).map(({ before }) => before.call_id);
  if (givenUp.length > 0) await followGivenUpCalls(sql, givenUp);
  const alive = changes.filter(({ isAliveAfterAll }) => isAliveAfterAll).map(({ before }) => before.call_id);
  if (alive.length > 0) await hangUpGivenUpCalls(sql, alive);
  const costless = changes.filter((change) => hasEndedWithoutCost(change) && costsComeLate(change.before.provider));
  if (costless.length > 0)
    await scheduleFirstCostLookup(
      sql,
      costless.map(({ before }) => before.call_id),
    );
  const media = changes.flatMap((change) => toCallMedia(change) ?? []);
  if (media.length > 0) await insertCallMedia(sql, media);
}
