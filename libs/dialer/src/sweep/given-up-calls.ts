import { Injectable, Logger } from '@nestjs/common';
import { foreignText } from '#runtime/foreign-text.js';
import { Database } from '#database/connection/database.js';
import {
  noteGivenUpLooks,
  takeGivenUpCalls,
  type GivenUpCall,
  type GivenUpLook,
} from '#database/statements/engine/sweep/given-up-calls.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import { nextGivenUpLookSeconds } from '#rules/attempt/given-up-call.js';
import type { CallLookup } from '#telephony/port/telephony-provider.js';
import { CountedWork } from '../tries/counted-work.js';
import { PROVIDER_PATIENCE_MS, askBriefly, foundCall } from '../routes/own-call.js';
import { Lines } from '../routes/route-resolver.js';
import { CallRecorder } from '../record/call-recorder.js';
import { within } from '#runtime/with-timeout.js';

/** The provider is asked about so many calls at a time, and about no more once this has gone on for so long. */
const AT_A_TIME = 20;
const LONG_ENOUGH_MS = 2_000;

/** Longer than a look-up and a hang-up take together. */
const HOLD_SECONDS = 60;

/**
 * Asks providers again about calls that were given up (`lost`), and hangs up those that turn out to live: their slots
 * belong to others. What a provider tells of the end replaces the guess.
 */
@Injectable()
export class GivenUpCalls {
  private readonly logger = new Logger('GivenUpCalls');

  constructor(
    private readonly database: Database,
    private readonly recorder: CallRecorder,
    private readonly lines: Lines,
    private readonly counted: CountedWork,
  ) {}

  async look(): Promise<void> {
    const begunAt = performance.now();
    for (let isMore = true; isMore && performance.now() - begunAt < LONG_ENOUGH_MS;) {
      const calls = await takeGivenUpCalls(this.database, { limit: AT_A_TIME, holdSeconds: HOLD_SECONDS });
      await this.counted.run({
        kind: 'given_up_look',
        items: calls,
        subjectOf: ({ call_id }) => call_id,
        work: async (group) =>
          noteGivenUpLooks(this.database, await Promise.all(group.map((call) => this.lookAt(call)))),
        giveUp: (call) =>
          noteGivenUpLooks(this.database, [{ ...toLook(call, { isAlive: false }), next_in_seconds: null }]),
      });
      isMore = calls.length === AT_A_TIME;
    }
  }

  /** A look that failed counts like one that was not answered. */
  private async lookAt(call: GivenUpCall): Promise<GivenUpLook> {
    try {
      return await this.ask(call);
    } catch (error) {
      this.logger.warn(
        `The given-up call of dialer job ${call.dialer_job_id} could not be looked up: ${foreignText(error)}`,
      );
      return toLook(call, { isAlive: call.wants_hangup });
    }
  }

  private async ask(call: GivenUpCall): Promise<GivenUpLook> {
    const line = await this.lines.of(call);
    if (!line.carries(call)) return toLook(call, { isAlive: false });
    const reference = line.toReference(call, call.placed_at);
    const lookup = await askBriefly(this.database, line, reference);
    if (lookup.kind === 'found') await this.recorder.record(lookup.event);
    if (hasEnded(lookup)) return { ...toLook(call, { isAlive: false }), next_in_seconds: null };
    const isAlive = call.wants_hangup || lookup.kind === 'found';
    if (isAlive)
      await within(PROVIDER_PATIENCE_MS, line.provider.hangup(foundCall(reference, lookup)), 'unavailable' as const);
    return toLook(call, { isAlive });
  }
}

/** A provider that says that there is no such call, nor will be, has said its last word too. */
function hasEnded(lookup: CallLookup): boolean {
  if (lookup.kind === 'not_found') return lookup.isFinal;
  return lookup.kind === 'found' && lookup.event.status !== undefined && isFinalCallStatus(lookup.event.status);
}

/** One that is heard of for the first time is counted anew. */
function toLook({ call_id, looks, wants_hangup }: GivenUpCall, { isAlive }: { isAlive: boolean }): GivenUpLook {
  const looked = isAlive && !wants_hangup ? 0 : looks + 1;
  return {
    call_id,
    looks: looked,
    wants_hangup: isAlive,
    next_in_seconds: nextGivenUpLookSeconds({ looks: looked, isAlive }),
  };
}
