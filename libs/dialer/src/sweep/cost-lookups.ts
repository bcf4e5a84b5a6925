import { Injectable, Logger } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import {
  scheduleCostLookups,
  claimDueCostLookups,
  type CostlessCall,
  type DueCostLookup,
} from '#database/statements/engine/sweep/cost-lookups.js';
import { nextLookSeconds } from '#rules/attempt/late-lookups.js';
import { CountedWork } from '../tries/counted-work.js';
import { CallRecorder } from '../record/call-recorder.js';
import { RouteResolver } from '../routes/route-resolver.js';
import { lookUpBriefly } from '../routes/own-call.js';

/**
 * Calls of all tenants that are looked up at a time. Also the milliseconds after which a round claims no more of them,
 * since the sweeper has other work.
 */
const AT_A_TIME = 20;
const LONG_ENOUGH_MS = 2_000;

/**
 * Pause for an account whose credentials cannot be read. Its key may be found or its credentials replaced, so no
 * look-up counts until then.
 */
const UNREADABLE_PAUSE_SECONDS = 3_600;

/** Lease of the calls of a round: longer than a provider may take to answer. */
const LEASE_SECONDS = 60;

/** Looks up the cost of calls that ended without one, at the times at which their provider may know it. */
@Injectable()
export class CostLookups {
  private readonly logger = new Logger('CostLookups');

  constructor(
    private readonly database: Database,
    private readonly recorder: CallRecorder,
    private readonly routes: RouteResolver,
    private readonly counted: CountedWork,
  ) {}

  async lookUpDueCosts(): Promise<void> {
    const begunAt = performance.now();
    for (let isMore = true; isMore && performance.now() - begunAt < LONG_ENOUGH_MS;) {
      const calls = await claimDueCostLookups(this.database, { limit: AT_A_TIME, leaseSeconds: LEASE_SECONDS });
      await this.counted.run({
        kind: 'cost_lookup',
        items: calls,
        subjectOf: ({ call_id }) => call_id,
        work: async (group) =>
          scheduleCostLookups(this.database, await Promise.all(group.map((call) => this.look(call)))),
        giveUp: ({ call_id, looks }) => scheduleCostLookups(this.database, [{ call_id, looks, next_in_seconds: null }]),
      });
      isMore = calls.length === AT_A_TIME;
    }
  }

  /** Looks up one call. A failed look-up counts like one without an answer, so that there is an end. */
  private async look(call: CostlessCall): Promise<DueCostLookup> {
    try {
      return await this.ask(call);
    } catch (error) {
      this.logger.warn('Cost of a call could not be looked up', { dialer_job_id: call.dialer_job_id, err: error });
      return { call_id: call.call_id, looks: call.looks + 1, next_in_seconds: LEASE_SECONDS };
    }
  }

  private async ask(call: CostlessCall): Promise<DueCostLookup> {
    const { call_id } = call;
    const route = await this.routes.routeOfAccount(call);
    if (route.closedFor === 'telephony_account_unreadable')
      return { call_id, looks: call.looks, next_in_seconds: call.is_recent ? UNREADABLE_PAUSE_SECONDS : null };
    const schedule = route.carries(call) ? route.provider.capabilities.lateFactsSeconds : [];
    if (schedule.length <= call.looks) return { call_id, looks: call.looks, next_in_seconds: null };
    const lookup = await lookUpBriefly(this.database, route, route.toReference(call, call.placed_at));
    if (lookup.kind === 'found') await this.recorder.record(lookup.report);
    const looks = call.looks + 1;
    const isTold = lookup.kind === 'found' && lookup.report.cost !== undefined;
    return { call_id, looks, next_in_seconds: isTold ? null : nextLookSeconds(schedule, looks) };
  }
}
