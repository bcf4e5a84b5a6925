import { Injectable, Logger } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import {
  scheduleGivenUpLookups,
  claimDueGivenUpCalls,
  type GivenUpCall,
  type GivenUpLookup,
} from '#database/statements/engine/sweep/given-up-calls.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import { nextGivenUpLookSeconds } from '#rules/attempt/late-lookups.js';
import type { CallLookup } from '#telephony/port/telephony-provider.js';
import { CountedWork } from '../tries/counted-work.js';
import { PROVIDER_PATIENCE_MS, lookUpBriefly, foundCall } from '../routes/own-call.js';
import { RouteResolver } from '../routes/route-resolver.js';
import { CallRecorder } from '../record/call-recorder.js';
import { withTimeout } from '#runtime/with-timeout.js';

/** Calls that are looked up at a time, and the milliseconds after which a round claims no more of them. */
const AT_A_TIME = 20;
const LONG_ENOUGH_MS = 2_000;

/** Lease of the calls of a round: longer than a look-up and a hang-up together. */
const LEASE_SECONDS = 60;

/**
 * Asks providers again about calls that were given up (`lost`). Hangs up those that are still live: their slots are
 * used by others. A reported end replaces the guess.
 */
@Injectable()
export class GivenUpCalls {
  private readonly logger = new Logger('GivenUpCalls');

  constructor(
    private readonly database: Database,
    private readonly recorder: CallRecorder,
    private readonly routes: RouteResolver,
    private readonly counted: CountedWork,
  ) {}

  async look(): Promise<void> {
    const begunAt = performance.now();
    for (let isMore = true; isMore && performance.now() - begunAt < LONG_ENOUGH_MS;) {
      const calls = await claimDueGivenUpCalls(this.database, { limit: AT_A_TIME, leaseSeconds: LEASE_SECONDS });
      await this.counted.run({
        kind: 'given_up_look',
        items: calls,
        subjectOf: ({ call_id }) => call_id,
        work: async (group) =>
          scheduleGivenUpLookups(this.database, await Promise.all(group.map((call) => this.lookAt(call)))),
        giveUp: (call) =>
          scheduleGivenUpLookups(this.database, [{ ...toLook(call, { isAlive: false }), next_in_seconds: null }]),
      });
      isMore = calls.length === AT_A_TIME;
    }
  }

  /** Looks up one call. A failed look-up counts like one without an answer. */
  private async lookAt(call: GivenUpCall): Promise<GivenUpLookup> {
    try {
      return await this.ask(call);
    } catch (error) {
      this.logger.warn('Given-up call could not be looked up', { dialer_job_id: call.dialer_job_id, err: error });
      return toLook(call, { isAlive: call.wants_hangup });
    }
  }

  private async ask(call: GivenUpCall): Promise<GivenUpLookup> {
    const route = await this.routes.routeOfAccount(call);
    if (!route.carries(call)) return toLook(call, { isAlive: false });
    const reference = route.toReference(call, call.placed_at);
    const lookup = await lookUpBriefly(this.database, route, reference);
    if (lookup.kind === 'found') await this.recorder.record(lookup.report);
    if (hasEnded(lookup)) return { ...toLook(call, { isAlive: false }), next_in_seconds: null };
    const isAlive = call.wants_hangup || lookup.kind === 'found';
    if (isAlive)
      await withTimeout(
        PROVIDER_PATIENCE_MS,
        route.provider.hangup(foundCall(reference, lookup)),
        'unavailable' as const,
      );
    return toLook(call, { isAlive });
  }
}

/** Returns true if the provider has reported the end, or that the call does not exist and never will. */
function hasEnded(lookup: CallLookup): boolean {
  if (lookup.kind === 'not_found') return lookup.isFinal;
  return lookup.kind === 'found' && lookup.report.status !== undefined && isFinalCallStatus(lookup.report.status);
}

/** Returns when to look again. A call that turns out to be live for the first time is counted from the beginning. */
function toLook({ call_id, looks, wants_hangup }: GivenUpCall, { isAlive }: { isAlive: boolean }): GivenUpLookup {
  const looked = isAlive && !wants_hangup ? 0 : looks + 1;
  return {
    call_id,
    looks: looked,
    wants_hangup: isAlive,
    next_in_seconds: nextGivenUpLookSeconds({ looks: looked, isAlive }),
  };
}
