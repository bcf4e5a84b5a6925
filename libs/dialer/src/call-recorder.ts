import { Injectable, Logger } from '@nestjs/common';
import { reach } from '#config/failpoints.js';
import { Database } from '#database/database.js';
import type { Sql } from '#database/sql.js';
import { lockCalls, lockCampaignsOfJobs } from '#database/statements/lock-calls.js';
import { completeExhaustedCampaigns, setBreaker, settleAttempts } from '#database/statements/settle-attempts.js';
import { insertCallEvents, insertCallMedia, updateCalls } from '#database/statements/write-calls.js';
import type { CallEvent } from '#rules/call-event.js';
import { afterAttempts, isFault } from '#rules/circuit-breaker.js';
import { isFinalCallStatus } from '#rules/call-status.js';
import { Batcher } from './batcher.js';
import { pauseLocked } from './campaign-hold.js';
import { Dispatcher } from './dispatcher.js';
import { factsAfter, type CallChange } from './call-change.js';
import { toCallMedia, toCallUpdate, toNewCallEvent } from './call-rows.js';
import { toSettledAttempt } from './settled-attempt.js';

const BATCH_SIZE = 200;

/** Seconds until a call that has just been heard of is looked up, should nothing more come. */
const QUIET_SECONDS = 5;

/**
 * Writes down what providers say of calls. Events may come in any order and any number of times; a final one settles the attempt in
 * the same transaction, and the freed slot is filled at once.
 */
@Injectable()
export class CallRecorder {
  private readonly logger = new Logger('CallRecorder');
  private readonly batches = new Batcher((events: CallEvent[]) => this.recordBatch(events), BATCH_SIZE);

  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** Resolves when the event is committed, or found to be known, or to belong to no call of ours. */
  record(event: CallEvent): Promise<void> {
    return this.batches.submit(event);
  }

  private async recordBatch(events: CallEvent[]): Promise<void[]> {
    await reach('event.received');
    const freed = await this.database.transaction((sql) => recordEvents(sql, events));
    await reach('settle.committed');
    for (const campaignId of freed) this.refill(campaignId);
    return events.map(() => undefined);
  }

  /** The freed slot is filled without holding up whoever reported; should that fail, the sweeper fills it. */
  private refill(campaignId: string): void {
    this.dispatcher.dispatch(campaignId).catch((error: unknown) => {
      this.logger.warn(`Campaign ${campaignId} could not be dispatched and will be by the sweeper: ${String(error)}`);
    });
  }
}

/** @returns the campaigns in which a slot was freed. */
async function recordEvents(sql: Sql, events: CallEvent[]): Promise<string[]> {
  const jobIds = [...new Set(events.map((event) => event.dialerJobId))];
  await lockCampaignsOfJobs(sql, jobIds);
  const calls = await lockCalls(sql, jobIds);
  await reach('event.locked');
  const known = await insertCallEvents(
    sql,
    calls.flatMap((call) => eventsOf(call.dialer_job_id, events).map((event) => toNewCallEvent(call, event))),
  );
  await reach('event.inserted');
  const changes = calls.flatMap((call) => {
    const fresh = eventsOf(call.dialer_job_id, events).filter((event) =>
      known.has(`${call.call_id} ${event.eventKey}`),
    );
    return fresh.length > 0 ? [factsAfter(call, fresh)] : [];
  });
  await write(sql, changes);
  await reach('event.written');
  return settle(sql, changes);
}

function eventsOf(dialerJobId: string, events: readonly CallEvent[]): CallEvent[] {
  return events.filter((event) => event.dialerJobId === dialerJobId);
}

async function write(sql: Sql, changes: readonly CallChange[]): Promise<void> {
  if (changes.length === 0) return;
  await updateCalls(sql, changes.map(toCallUpdate), QUIET_SECONDS);
  const media = changes.flatMap((change) => toCallMedia(change) ?? []);
  if (media.length > 0) await insertCallMedia(sql, media);
}

async function settle(sql: Sql, changes: readonly CallChange[]): Promise<string[]> {
  const ended = changes.filter(
    ({ before, facts }) => !isFinalCallStatus(before.status) && isFinalCallStatus(facts.status),
  );
  if (ended.length === 0) return [];
  await settleAttempts(
    sql,
    ended.map((change) => toSettledAttempt(change, Math.random())),
  );
  await reach('settle.settled');
  const campaignIds = [...new Set(ended.map(({ before }) => before.campaign_id))];
  for (const id of campaignIds) await watchFaults(sql, id, ended);
  const completed = await completeExhaustedCampaigns(sql, campaignIds);
  await reach('settle.completed');
  return campaignIds.filter((id) => !completed.includes(id));
}

/** Pauses a campaign in which too many attempts come to nothing through our own or the provider's fault. */
async function watchFaults(sql: Sql, campaignId: string, ended: readonly CallChange[]): Promise<void> {
  const own = ended.filter(({ before }) => before.campaign_id === campaignId);
  const { breaker_attempts, breaker_faults, campaign_status } = own[0]!.before;
  const known = { attempts: breaker_attempts, faults: breaker_faults };
  const faults = own.filter(({ facts }) => isFault(facts.outcome)).length;
  const { state, isTripped } = afterAttempts(known, { attempts: own.length, faults });
  if (isTripped && campaign_status === 'running') return pauseLocked(sql, { campaignId, reason: 'circuit_breaker' });
  if (state.attempts !== known.attempts) await setBreaker(sql, { campaignId, ...state });
}
