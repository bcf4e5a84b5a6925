import { Injectable, Logger } from '@nestjs/common';
import { reach } from '#config/failpoints.js';
import { Database } from '#database/database.js';
import { isUnstorable, isWaitedTooLong } from '#database/postgres-error.js';
import type { Sql } from '#database/sql.js';
import { requestHangupsOfJobs } from '#database/statements/hold-campaign.js';
import { lockCalls, lockCampaignsOfJobs, type LockedCall } from '#database/statements/lock-calls.js';
import { insertCallEvents, insertCallMedia, updateCalls } from '#database/statements/write-calls.js';
import type { CallEvent } from '#rules/call-event.js';
import { anonymousEvent, asStorableText, bareEvent, storableEvent } from '#rules/storable-event.js';
import { AttemptReturn } from './attempt-return.js';
import { KeyedBatcher } from './batcher.js';
import { factsAfter, isMachineToHangUpOn, type CallChange } from './call-change.js';
import { toCallMedia, toCallUpdate, toNewCallEvent } from './call-rows.js';
import { Dispatcher } from './dispatcher.js';
import { JobCampaigns } from './job-campaigns.js';
import { charge, holdBudgets } from './minutes.js';
import { endRelayed } from './relayed-calls.js';
import { holdNumbersOfOptOuts, holdOptOuts, listOptOuts } from './opt-outs.js';
import { settle } from './settle.js';

const BATCH_SIZE = 1_000;

/** Seconds until a call that has just been heard of is looked up, should nothing more come. */
const QUIET_SECONDS = 5;

/**
 * Writes down what providers say of calls. Events may come in any order and any number of times; a final one settles the attempt in
 * the same transaction, and the freed slot is filled at once.
 */
@Injectable()
export class CallRecorder {
  private readonly logger = new Logger('CallRecorder');
  private readonly batches = new KeyedBatcher((events: CallEvent[]) => this.recordBatch(events), {
    maxItems: BATCH_SIZE,
    isHopeless: isWaitedTooLong,
  });

  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly jobCampaigns: JobCampaigns,
    private readonly attempts: AttemptReturn,
  ) {}

  /** Resolves when the event is committed, or found to be known, or to belong to no call of ours. */
  async record(event: CallEvent): Promise<void> {
    await reach('event.received');
    const campaignId = await this.jobCampaigns.find(event.dialerJobId);
    if (campaignId === undefined || (await this.wasNotPlaced(event, campaignId))) return;
    const storable = storableEvent(event, new Date());
    try {
      await this.batches.submit(campaignId, storable);
    } catch (error) {
      if (!isUnstorable(error)) throw error;
      this.logger.error(`Of dialer job ${event.dialerJobId} only the bare end can be stored: ${String(error)}`);
      await this.batches.submit(campaignId, bareEvent(storable));
    }
  }

  /** Then nobody was called, and there is nothing to write down. */
  private async wasNotPlaced(event: CallEvent, campaignId: string): Promise<boolean> {
    const { notPlaced, dialerJobId, endReason } = event;
    if (!notPlaced) return false;
    const code = asStorableText(endReason ?? 'not_placed');
    const job = { dialer_job_id: dialerJobId, campaign_id: campaignId };
    return this.attempts.giveBack(job, { ...notPlaced, code, isAccepted: true });
  }

  private async recordBatch(events: CallEvent[]): Promise<void[]> {
    const freed = await this.database.transaction((sql) => recordEvents(sql, events));
    await reach('settle.committed');
    for (const campaignId of freed) void this.dispatcher.dispatch(campaignId);
    return events.map(() => undefined);
  }
}

/** @returns the campaigns in which there is something to dial again. */
async function recordEvents(sql: Sql, events: CallEvent[]): Promise<string[]> {
  const jobIds = [...new Set(events.map((event) => event.dialerJobId))];
  await holdNumbersOfOptOuts(sql, events);
  const budgets = await holdBudgets(sql, events);
  await holdOptOuts(sql, events);
  await lockCampaignsOfJobs(sql, jobIds);
  const calls = await lockCalls(sql, jobIds);
  await reach('event.locked');
  const told = byJob(events);
  for (const [jobId, event] of await endRelayed(sql, calls, (call) => ofCall(told, call)))
    told.set(jobId, [event, ...(told.get(jobId) ?? [])]);
  const known = await insertCallEvents(
    sql,
    calls.flatMap((call) => ofCall(told, call).map((event) => toNewCallEvent(call, event))),
  );
  await reach('event.inserted');
  const changes = calls.flatMap((call) => {
    const fresh = ofCall(told, call).filter((event) => known.has(`${call.call_id} ${event.eventKey}`));
    return fresh.length > 0 ? [factsAfter(call, fresh)] : [];
  });
  await write(sql, changes);
  await reach('event.written');
  await charge(sql, { changes, budgets });
  const again = await settle(sql, changes);
  await listOptOuts(sql, changes);
  return again;
}

/** What was told of a call and may be stored. Nobody keeps a recording that was not to be made, whoever has made it. */
function ofCall(told: Map<string, CallEvent[]>, { dialer_job_id, is_erased, record_calls }: LockedCall): CallEvent[] {
  const events = (told.get(dialer_job_id) ?? []).map((event) => (is_erased ? anonymousEvent(event) : event));
  return record_calls ? events : events.map(({ recordingUrl: _recordingUrl, ...rest }) => rest);
}

function byJob(events: readonly CallEvent[]): Map<string, CallEvent[]> {
  const told = new Map<string, CallEvent[]>();
  for (const event of events) {
    const ofJob = told.get(event.dialerJobId);
    if (ofJob) ofJob.push(event);
    else told.set(event.dialerJobId, [event]);
  }
  return told;
}

async function write(sql: Sql, changes: readonly CallChange[]): Promise<void> {
  if (changes.length === 0) return;
  await updateCalls(sql, changes.map(toCallUpdate), QUIET_SECONDS);
  const machines = changes.filter(isMachineToHangUpOn).map(({ before }) => before.dialer_job_id);
  if (machines.length > 0) await requestHangupsOfJobs(sql, machines);
  const media = changes.flatMap((change) => toCallMedia(change) ?? []);
  if (media.length > 0) await insertCallMedia(sql, media);
}
