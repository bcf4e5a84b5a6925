import { Injectable, Logger } from '@nestjs/common';
import { failpoint } from '#config/failpoints.js';
import { forSeveral } from '#database/connection/actor.js';
import { Database, type TransactionOptions } from '#database/connection/database.js';
import { isUnstorable, isLockTimeout } from '#database/connection/postgres-error.js';
import type { CallReport } from '#rules/call/call-report.js';
import { showsThatItRang } from '#rules/call/rang.js';
import { asStorableText, bareReport, storableReport } from '#rules/call/storable-report.js';
import { AttemptRefund } from '../settle/attempt-refund.js';
import { Batcher, KeyedBatcher } from '#runtime/batcher.js';
import { Dispatcher } from '../publish/dispatcher.js';
import { JobCampaigns } from '../routes/job-campaigns.js';
import { Semaphore } from '#runtime/semaphore.js';
import { RouteResolver } from '../routes/route-resolver.js';
import { isOptOut } from './opt-outs.js';
import { recordReports, recordReportsOfFreeCampaigns, type RecordingTerms } from './record-reports.js';
import { LogThrottle } from '#runtime/log-throttle.js';

const BATCH_SIZE = 1_000;

/**
 * Longest wait for a lock when reports of many campaigns are recorded together. A claim locks a campaign for a few ms.
 */
const BRIEFLY = { lockTimeoutMs: 50 };

/**
 * Reports of a locked campaign are retried separately. Limits: two campaigns at once, 250 ms per lock wait, 4 s in
 * total. Otherwise one tenant with many locked campaigns would use up every connection of the process.
 */
const MOST_APART = 2;
const A_WHILE = { lockTimeoutMs: 250 };
const PATIENCE_MS = 4_000;

const NONE: ReadonlySet<string> = new Set();

/** `no_call`: the dialer job has no call, since it was not placed or was refunded. */
export type RecordOutcome = 'recorded' | 'no_call' | 'no_dialer_job';

/**
 * Records call reports of providers, in any order and any number of times.
 *
 * 1. Finds the campaign of the report's dialer job, and refunds an attempt that the provider did not place.
 * 2. Collects reports, and records up to 1,000 of all campaigns in one transaction, which costs about as much as one.
 * 3. Retries the reports of a campaign that is locked, or that makes the transaction fail, separately.
 * 4. A final report settles its attempt in the same transaction (`record-reports.ts`).
 * 5. Dispatches the campaigns whose slots were freed.
 */
@Injectable()
export class CallRecorder {
  private readonly logger = new Logger('CallRecorder');
  private readonly contradictions = new LogThrottle();
  private readonly together = new Batcher((reports: CallReport[]) => this.recordTogether(reports), {
    maxItems: BATCH_SIZE,
  });
  private readonly terms: RecordingTerms = { costsComeLate: (provider) => this.routes.costsComeLate(provider) };
  private readonly semaphore = new Semaphore(MOST_APART);
  private readonly apart = new KeyedBatcher((reports: CallReport[]) => this.recordApart(reports), {
    maxItems: BATCH_SIZE,
    isNotRetryable: isLockTimeout,
  });

  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly jobCampaigns: JobCampaigns,
    private readonly attempts: AttemptRefund,
    private readonly routes: RouteResolver,
  ) {}

  /** Records a report. Resolves when it is committed, is known already, or belongs to no call of this installation. */
  async record(report: CallReport): Promise<RecordOutcome> {
    await failpoint('report.received');
    const campaignId = await this.jobCampaigns.campaignIdOfJob(report.dialerJobId);
    if (campaignId === undefined) return 'no_dialer_job';
    if (await this.wasNotPlaced(report, campaignId)) return 'recorded';
    const outcome = await this.writeWhatCanBe(campaignId, storableReport(report, new Date()));
    if (outcome === 'no_call' && showsThatItRang(report)) this.warn(report);
    return outcome;
  }

  /** Stores only the bare end of a report that PostgreSQL cannot store as a whole. */
  private async writeWhatCanBe(campaignId: string, report: CallReport): Promise<RecordOutcome> {
    try {
      return await this.write(campaignId, report);
    } catch (error) {
      if (!isUnstorable(error)) throw error;
      this.logger.error('Call report cannot be stored as a whole; only the bare end is stored', {
        dialer_job_id: report.dialerJobId,
        campaign_id: campaignId,
        err: error,
      });
      return this.write(campaignId, bareReport(report));
    }
  }

  /** Logs that a call exists whose attempt was refunded or never placed: its lead may be called again. */
  private warn({ dialerJobId, status }: CallReport): void {
    const suppressed = this.contradictions.suppressedSince('no call');
    if (suppressed === null) return;
    this.logger.warn('Provider reports a call of a dialer job that was refunded or never placed', {
      dialer_job_id: dialerJobId,
      status: status ?? null,
      suppressed,
    });
  }

  /**
   * Refunds an attempt that the provider says it did not place.
   * @returns true if that is all there is to record.
   */
  private async wasNotPlaced(report: CallReport, campaignId: string): Promise<boolean> {
    const { notPlaced, dialerJobId, endReason } = report;
    if (!notPlaced) return false;
    const code = asStorableText(endReason ?? 'not_placed');
    const job = { dialer_job_id: dialerJobId, campaign_id: campaignId };
    return this.attempts.refund(job, { ...notPlaced, code, isAccepted: true });
  }

  /**
   * Records a report together with others, or separately. An opt-out goes separately, since it locks campaigns that the
   * other reports do not name. So does a report of a campaign that is being waited for.
   */
  private async write(campaignId: string, report: CallReport): Promise<RecordOutcome> {
    const goesTogether = !isOptOut(report) && !this.apart.isBusy(campaignId);
    const outcome = goesTogether ? await this.together.submit(report) : 'busy';
    return outcome === 'busy' ? this.apart.submit(campaignId, report) : outcome;
  }

  /**
   * Records reports of many campaigns. After a lock timeout the reports of campaigns that are not locked are recorded.
   * `busy` ones are retried separately, where an error comes again and is thrown.
   */
  private async recordTogether(reports: CallReport[]): Promise<(RecordOutcome | 'busy')[]> {
    try {
      return outcomesOf(reports, await this.commit(reports, recordReports, BRIEFLY), 'no_call');
    } catch (error) {
      const free = isLockTimeout(error)
        ? await this.commit(reports, recordReportsOfFreeCampaigns, BRIEFLY).catch(() => NONE)
        : NONE;
      return outcomesOf(reports, free, 'busy');
    }
  }

  private async recordApart(reports: CallReport[]): Promise<RecordOutcome[]> {
    for (const begunAt = performance.now(); ;) {
      try {
        const recorded = await this.semaphore.run(() => this.commit(reports, recordReports, A_WHILE));
        return outcomesOf(reports, recorded, 'no_call');
      } catch (error) {
        if (!isLockTimeout(error) || performance.now() - begunAt > PATIENCE_MS) throw error;
      }
    }
  }

  /**
   * Commits reports, then dispatches the campaigns with freed slots.
   * @returns the dialer jobs whose calls were changed.
   */
  private async commit(
    reports: CallReport[],
    record: typeof recordReports,
    options: TransactionOptions,
  ): Promise<ReadonlySet<string>> {
    const transact = () => this.database.transaction((sql) => record(sql, reports, this.terms), options);
    const { jobIds, freed } = await forSeveral(transact);
    await failpoint('settle.committed');
    for (const campaignId of freed) void this.dispatcher.dispatch(campaignId);
    return jobIds;
  }
}

function outcomesOf<Other>(
  reports: readonly CallReport[],
  recorded: ReadonlySet<string>,
  other: Other,
): ('recorded' | Other)[] {
  return reports.map(({ dialerJobId }) => (recorded.has(dialerJobId) ? 'recorded' : other));
}
