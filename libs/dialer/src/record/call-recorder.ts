import { Injectable, Logger } from '@nestjs/common';
import { failpoint } from '#config/failpoints.js';
import { foreignText } from '#runtime/foreign-text.js';
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
 * Who records events of many campaigns together waits no longer for one that somebody has: a claim has it for a few
 * milliseconds.
 */
const BRIEFLY = { lockTimeoutMs: 50 };

/**
 * Whoever is recorded apart may wait for long, and holds a connection meanwhile: so a few do at a time, each for a
 * short while, and then come again behind the others. One tenant whose campaigns are all held would else take every
 * connection of the process.
 */
const MOST_APART = 2;
const A_WHILE = { lockTimeoutMs: 250 };
const PATIENCE_MS = 4_000;

const NONE: ReadonlySet<string> = new Set();

/** `no_call`: the dialer job has none, since it was not placed, or was given back. */
export type RecordOutcome = 'recorded' | 'no_call' | 'no_dialer_job';

/**
 * Writes down what providers say of calls. Events may come in any order and any number of times; a final one settles
 * the attempt in the same transaction, and the freed slot is filled at once.
 *
 * What comes in is recorded together, whatever its campaigns: a transaction costs about as much for a hundred events as
 * for one. Should that fail, or wait for somebody, it is done campaign by campaign, so that what is locked or broken
 * holds up no other.
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

  /** Resolves when the event is committed, or found to be known, or to belong to no call of ours. */
  async record(report: CallReport): Promise<RecordOutcome> {
    await failpoint('event.received');
    const campaignId = await this.jobCampaigns.campaignIdOfJob(report.dialerJobId);
    if (campaignId === undefined) return 'no_dialer_job';
    if (await this.wasNotPlaced(report, campaignId)) return 'recorded';
    const outcome = await this.writeWhatCanBe(campaignId, storableReport(report, new Date()));
    if (outcome === 'no_call' && showsThatItRang(report)) this.warn(report);
    return outcome;
  }

  private async writeWhatCanBe(campaignId: string, report: CallReport): Promise<RecordOutcome> {
    try {
      return await this.write(campaignId, report);
    } catch (error) {
      if (!isUnstorable(error)) throw error;
      this.logger.error(`Of dialer job ${report.dialerJobId} only the bare end can be stored: ${foreignText(error)}`);
      return this.write(campaignId, bareReport(report));
    }
  }

  /** An attempt that never was, as far as we know: its lead may be called again. */
  private warn({ dialerJobId, status }: CallReport): void {
    const unsaid = this.contradictions.suppressedSince('no call');
    if (unsaid === null) return;
    const others = unsaid > 0 ? ` And of ${unsaid} events before.` : '';
    const what = `The provider tells of a call (${status ?? 'without a status'}) of dialer job ${dialerJobId}`;
    this.logger.warn(`${what}, which has none: it was given back, or never placed.${others}`);
  }

  /** Then nobody was called, and there is nothing to write down. */
  private async wasNotPlaced(report: CallReport, campaignId: string): Promise<boolean> {
    const { notPlaced, dialerJobId, endReason } = report;
    if (!notPlaced) return false;
    const code = asStorableText(endReason ?? 'not_placed');
    const job = { dialer_job_id: dialerJobId, campaign_id: campaignId };
    return this.attempts.refund(job, { ...notPlaced, code, isAccepted: true });
  }

  /**
   * A wish not to be called holds campaigns of which nothing was told, and a campaign that is being waited for is
   * waited for once.
   */
  private async write(campaignId: string, report: CallReport): Promise<RecordOutcome> {
    const goesTogether = !isOptOut(report) && !this.apart.isBusy(campaignId);
    const outcome = goesTogether ? await this.together.submit(report) : 'busy';
    return outcome === 'busy' ? this.apart.submit(campaignId, report) : outcome;
  }

  /** What fails here fails again where it is recorded apart, and says why. */
  private async recordTogether(reports: CallReport[]): Promise<(RecordOutcome | 'busy')[]> {
    try {
      return await this.recordAll(reports, BRIEFLY);
    } catch (error) {
      const free = isLockTimeout(error)
        ? await this.commit(reports, recordReportsOfFreeCampaigns, BRIEFLY).catch(() => NONE)
        : NONE;
      return reports.map(({ dialerJobId }) => (free.has(dialerJobId) ? 'recorded' : 'busy'));
    }
  }

  private async recordApart(reports: CallReport[]): Promise<RecordOutcome[]> {
    for (const begunAt = performance.now(); ;) {
      try {
        return await this.semaphore.run(() => this.recordAll(reports, A_WHILE));
      } catch (error) {
        if (!isLockTimeout(error) || performance.now() - begunAt > PATIENCE_MS) throw error;
      }
    }
  }

  private async recordAll(reports: CallReport[], options: TransactionOptions): Promise<RecordOutcome[]> {
    const recorded = await this.commit(reports, recordReports, options);
    return reports.map(({ dialerJobId }) => (recorded.has(dialerJobId) ? 'recorded' : 'no_call'));
  }

  /** @returns the dialer jobs whose calls the events were written to. */
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
