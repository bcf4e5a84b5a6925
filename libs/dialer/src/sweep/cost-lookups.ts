import { Injectable, Logger } from '@nestjs/common';
import { foreignText } from '#runtime/foreign-text.js';
import { Database } from '#database/connection/database.js';
import {
  noteLateLooks,
  takeLateLooks,
  type CostlessCall,
  type LateLook,
} from '#database/statements/engine/sweep/cost-lookups.js';
import { nextLookSeconds } from '#rules/attempt/cost-lookup.js';
import { CountedWork } from '../tries/counted-work.js';
import { CallRecorder } from '../record/call-recorder.js';
import { Lines } from '../routes/route-resolver.js';
import { askBriefly } from '../routes/own-call.js';

/**
 * Providers are asked about so many calls at a time, whosever they are, and about no more once this has gone on for so
 * long: the sweeper has other work.
 */
const AT_A_TIME = 20;
const LONG_ENOUGH_MS = 2_000;

/**
 * Credentials that cannot be read may be again, once their key is found or they are given anew: until then no look
 * counts.
 */
const UNREADABLE_PAUSE_SECONDS = 3_600;

/** Longer than a provider may take to answer. */
const HOLD_SECONDS = 60;

/**
 * Asks again about calls that have ended without a cost, which their providers know later: at the times that each of
 * them says.
 */
@Injectable()
export class LateLooks {
  private readonly logger = new Logger('LateLooks');

  constructor(
    private readonly database: Database,
    private readonly recorder: CallRecorder,
    private readonly lines: Lines,
    private readonly counted: CountedWork,
  ) {}

  async take(): Promise<void> {
    const begunAt = performance.now();
    for (let isMore = true; isMore && performance.now() - begunAt < LONG_ENOUGH_MS;) {
      const calls = await takeLateLooks(this.database, { limit: AT_A_TIME, holdSeconds: HOLD_SECONDS });
      await this.counted.run({
        kind: 'cost_lookup',
        items: calls,
        subjectOf: ({ call_id }) => call_id,
        work: async (group) => noteLateLooks(this.database, await Promise.all(group.map((call) => this.look(call)))),
        giveUp: ({ call_id, looks }) => noteLateLooks(this.database, [{ call_id, looks, next_in_seconds: null }]),
      });
      isMore = calls.length === AT_A_TIME;
    }
  }

  /** One that failed counts, like one that was not answered: there is another one, and an end. */
  private async look(call: CostlessCall): Promise<LateLook> {
    try {
      return await this.ask(call);
    } catch (error) {
      this.logger.warn(`Dialer job ${call.dialer_job_id} could not be asked for its cost: ${foreignText(error)}`);
      return { call_id: call.call_id, looks: call.looks + 1, next_in_seconds: HOLD_SECONDS };
    }
  }

  private async ask(call: CostlessCall): Promise<LateLook> {
    const { call_id } = call;
    const line = await this.lines.of(call);
    if (line.closedFor === 'telephony_account_unreadable')
      return { call_id, looks: call.looks, next_in_seconds: call.is_recent ? UNREADABLE_PAUSE_SECONDS : null };
    const schedule = line.carries(call) ? line.provider.capabilities.lateFactsSeconds : [];
    if (schedule.length <= call.looks) return { call_id, looks: call.looks, next_in_seconds: null };
    const lookup = await askBriefly(this.database, line, line.toReference(call, call.placed_at));
    if (lookup.kind === 'found') await this.recorder.record(lookup.event);
    const looks = call.looks + 1;
    const isTold = lookup.kind === 'found' && lookup.event.cost !== undefined;
    return { call_id, looks, next_in_seconds: isTold ? null : nextLookSeconds(schedule, looks) };
  }
}
