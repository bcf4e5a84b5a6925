import { Injectable, Logger } from '@nestjs/common';
import { reach } from '#config/failpoints.js';
import { foreignText } from '#runtime/foreign-text.js';
import { forSeveral } from '#database/connection/actor.js';
import { Database, type TransactionOptions } from '#database/connection/database.js';
import { isUnstorable, isWaitedTooLong } from '#database/connection/postgres-error.js';
import type { CallEvent } from '#rules/call/call-report.js';
import { showsThatItRang } from '#rules/call/rang.js';
import { asStorableText, bareEvent, storableEvent } from '#rules/call/storable-report.js';
import { AttemptReturn } from '../settle/attempt-refund.js';
import { Batcher, KeyedBatcher } from '#runtime/batcher.js';
import { Dispatcher } from '../publish/dispatcher.js';
import { JobCampaigns } from '../routes/job-campaigns.js';
import { Lanes } from '#runtime/semaphore.js';
import { Lines } from '../routes/route-resolver.js';
import { isOptOut } from './opt-outs.js';
import { recordEvents, recordFreeEvents, type RecordingTerms } from './record-reports.js';
import { Seldom } from '#runtime/log-throttle.js';

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
  private readonly contradictions = new Seldom();
  private readonly together = new Batcher((events: CallEvent[]) => this.recordTogether(events), {
    maxItems: BATCH_SIZE,
  });
  private readonly terms: RecordingTerms = { costsComeLate: (provider) => this.lines.costsComeLate(provider) };
  private readonly lanes = new Lanes(MOST_APART);
  private readonly apart = new KeyedBatcher((events: CallEvent[]) => this.recordApart(events), {
    maxItems: BATCH_SIZE,
    isHopeless: isWaitedTooLong,
  });

  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly jobCampaigns: JobCampaigns,
    private readonly attempts: AttemptReturn,
    private readonly lines: Lines,
  ) {}

  /** Resolves when the event is committed, or found to be known, or to belong to no call of ours. */
  async record(event: CallEvent): Promise<RecordOutcome> {
    await reach('event.received');
    const campaignId = await this.jobCampaigns.find(event.dialerJobId);
    if (campaignId === undefined) return 'no_dialer_job';
    if (await this.wasNotPlaced(event, campaignId)) return 'recorded';
    const outcome = await this.writeWhatCanBe(campaignId, storableEvent(event, new Date()));
    if (outcome === 'no_call' && showsThatItRang(event)) this.warn(event);
    return outcome;
  }

  private async writeWhatCanBe(campaignId: string, event: CallEvent): Promise<RecordOutcome> {
    try {
      return await this.write(campaignId, event);
    } catch (error) {
      if (!isUnstorable(error)) throw error;
      this.logger.error(`Of dialer job ${event.dialerJobId} only the bare end can be stored: ${foreignText(error)}`);
      return this.write(campaignId, bareEvent(event));
    }
  }

  /** An attempt that never was, as far as we know: its lead may be called again. */
  private warn({ dialerJobId, status }: CallEvent): void {
    const unsaid = this.contradictions.due('no call');
    if (unsaid === null) return;
    const others = unsaid > 0 ? ` And of ${unsaid} events before.` : '';
    const what = `The provider tells of a call (${status ?? 'without a status'}) of dialer job ${dialerJobId}`;
    this.logger.warn(`${what}, which has none: it was given back, or never placed.${others}`);
  }

  /** Then nobody was called, and there is nothing to write down. */
  private async wasNotPlaced(event: CallEvent, campaignId: string): Promise<boolean> {
    const { notPlaced, dialerJobId, endReason } = event;
    if (!notPlaced) return false;
    const code = asStorableText(endReason ?? 'not_placed');
    const job = { dialer_job_id: dialerJobId, campaign_id: campaignId };
    return this.attempts.giveBack(job, { ...notPlaced, code, isAccepted: true });
  }

  /**
   * A wish not to be called holds campaigns of which nothing was told, and a campaign that is being waited for is
   * waited for once.
   */
  private async write(campaignId: string, event: CallEvent): Promise<RecordOutcome> {
    const goesTogether = !isOptOut(event) && !this.apart.isBusy(campaignId);
    const outcome = goesTogether ? await this.together.submit(event) : 'busy';
    return outcome === 'busy' ? this.apart.submit(campaignId, event) : outcome;
  }

  /** What fails here fails again where it is recorded apart, and says why. */
  private async recordTogether(events: CallEvent[]): Promise<(RecordOutcome | 'busy')[]> {
    try {
      return await this.recordAll(events, BRIEFLY);
    } catch (error) {
      const free = isWaitedTooLong(error)
        ? await this.commit(events, recordFreeEvents, BRIEFLY).catch(() => NONE)
        : NONE;
      return events.map(({ dialerJobId }) => (free.has(dialerJobId) ? 'recorded' : 'busy'));
    }
  }

  private async recordApart(events: CallEvent[]): Promise<RecordOutcome[]> {
    for (const begunAt = performance.now(); ;) {
      try {
        return await this.lanes.run(() => this.recordAll(events, A_WHILE));
      } catch (error) {
        if (!isWaitedTooLong(error) || performance.now() - begunAt > PATIENCE_MS) throw error;
      }
    }
  }

  private async recordAll(events: CallEvent[], options: TransactionOptions): Promise<RecordOutcome[]> {
    const recorded = await this.commit(events, recordEvents, options);
    return events.map(({ dialerJobId }) => (recorded.has(dialerJobId) ? 'recorded' : 'no_call'));
  }

  /** @returns the dialer jobs whose calls the events were written to. */
  private async commit(
    events: CallEvent[],
    record: typeof recordEvents,
    options: TransactionOptions,
  ): Promise<ReadonlySet<string>> {
    const transact = () => this.database.transaction((sql) => record(sql, events, this.terms), options);
    const { jobIds, freed } = await forSeveral(transact);
    await reach('settle.committed');
    for (const campaignId of freed) void this.dispatcher.dispatch(campaignId);
    return jobIds;
  }
}
