import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { noteAskedAfterRestore } from '#database/statements/ops/accept-restored.js';
import {
  adoptFoundCall,
  countLeadsToSuppress,
  suppressLeads,
  isKnownCall,
  leadsOfFoundCall,
  leadsToSuppress,
  routesInUse,
  type FoundCall,
  type LeadOfFoundCall,
} from '#database/statements/ops/found-calls.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { lockNumbers } from '#database/statements/engine/locks/lock-numbers.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import type { CallListing, ListedCall } from '#telephony/port/telephony-provider.js';
import type { CallRoute } from '../routes/call-route.js';
import { RouteResolver } from '../routes/route-resolver.js';
import { CallRecorder } from '../record/call-recorder.js';
import { isUuid } from '#runtime/uuid.js';

const SUPPRESSED_HOURS = 24;
const SUPPRESSED_TOGETHER = 2_000;

/** `end_reason` of calls that the provider reported after a restore. */
const FOUND_AFTER_RESTORE = 'found_after_restore';

/** Result of one route. */
export interface RouteAfterRestore {
  readonly accountId: string | null;
  readonly provider: string;
  /** Reason why the provider could not be asked; null: it was. */
  readonly notAsked: string | null;
  /** Calls that the provider lists since the backup. */
  readonly listed: number;
  /** Calls among them that the database has too. */
  readonly known: number;
  /** Calls that were recorded as attempts of pending leads. */
  readonly adopted: number;
  /** Calls to numbers that no pending lead has. */
  readonly unmatched: number;
  /** Leads that wait for a day, because their number may have been called. */
  readonly suppressed: number;
}

type Tally = { -readonly [K in 'listed' | 'known' | 'adopted' | 'unmatched' | 'suppressed']: number };

/** Adds the calls that providers know to a restored database. Leads called since the backup are not called again. */
@Injectable()
export class CallsSinceBackup {
  constructor(
    private readonly database: Database,
    private readonly routes: RouteResolver,
    private readonly recorder: CallRecorder,
  ) {}

  /**
   * Asks the provider of each route for its calls since the backup. Safe to repeat: a recorded call is known from then
   * on.
   * @param isMeant false: nothing is changed.
   */
  async reconcile(backupAt: Date, isMeant: boolean): Promise<RouteAfterRestore[]> {
    const until = new Date(Date.now() + SUPPRESSED_HOURS * 3_600_000);
    const report: RouteAfterRestore[] = [];
    for (const accountId of await routesInUse(this.database))
      report.push(await this.reconcileRoute(accountId, { backupAt, until, isMeant }));
    if (isMeant) await this.database.transaction(noteAskedAfterRestore);
    return report;
  }

  private async reconcileRoute(accountId: string | null, order: Order): Promise<RouteAfterRestore> {
    const route = await this.routes.routeOfAccount({ telephony_account_id: accountId, is_test: false });
    const listing = await askFor(route, order.backupAt);
    const tally: Tally = { listed: 0, known: 0, adopted: 0, unmatched: 0, suppressed: 0 };
    const named = { accountId, provider: route.provider.name };
    if (listing.kind === 'unavailable') {
      tally.suppressed = await this.suppressAll(accountId, order);
      return { ...named, ...tally, notAsked: listing.cause };
    }
    for (const call of listing.calls) await this.reconcileCall(call, { route, order, tally });
    return { ...named, ...tally, notAsked: null };
  }

  private async reconcileCall(call: ListedCall, { route, order, tally }: InRoute): Promise<void> {
    const found = toFoundCall(call, route);
    if (found === null) return;
    tally.listed += 1;
    if (await isKnownCall(this.database, found)) return void (tally.known += 1);
    const leads = await leadsOfFoundCall(this.database, found);
    const [likeliest, ...others] = leads;
    if (!likeliest) return void (tally.unmatched += 1);
    tally.adopted += 1;
    tally.suppressed += others.length;
    if (!order.isMeant) return;
    await this.adopt(likeliest, found, call);
    await suppressLeads(
      this.database,
      others.map(({ lead_id }) => lead_id),
      order.until,
    );
  }

  private async adopt(lead: LeadOfFoundCall, found: FoundCall, { report }: ListedCall): Promise<void> {
    const dialerJobId = await this.database.transaction(async (sql) => {
      await lockNumbers(sql, [{ tenant_id: lead.tenant_id, phone_number: found.phone_number }]);
      await lockCampaign(sql, { campaignId: lead.campaign_id });
      return adoptFoundCall(sql, lead.lead_id, found);
    });
    if (dialerJobId === null) return;
    const isOver = report.status !== undefined && isFinalCallStatus(report.status);
    await this.recorder.record({ ...report, dialerJobId, ...(isOver && { endReason: FOUND_AFTER_RESTORE }) });
  }

  /** Suppresses the leads of a route whose provider cannot be asked. */
  private async suppressAll(accountId: string | null, { until, isMeant }: Order): Promise<number> {
    if (!isMeant) return countLeadsToSuppress(this.database, accountId, until);
    let suppressed = 0;
    for (;;) {
      const ids = await leadsToSuppress(this.database, { accountId, until, limit: SUPPRESSED_TOGETHER });
      if (ids.length === 0) return suppressed;
      suppressed += await suppressLeads(this.database, ids, until);
    }
  }
}

interface Order {
  readonly backupAt: Date;
  /** Time until which leads wait. */
  readonly until: Date;
  readonly isMeant: boolean;
}

interface InRoute {
  readonly route: CallRoute;
  readonly order: Order;
  readonly tally: Tally;
}

/** Margin for differences of clocks. A call that is listed twice does no harm; one that is missed is made again. */
const CLOCK_MARGIN_MS = 60_000;

function askFor({ provider }: CallRoute, backupAt: Date): Promise<CallListing> {
  if (provider.listCalls) return provider.listCalls(new Date(backupAt.getTime() - CLOCK_MARGIN_MS));
  return Promise.resolve({ kind: 'unavailable', cause: `${provider.name} does not list calls` });
}

/** Returns a listed call; null if it has no id of the provider. */
function toFoundCall(call: ListedCall, { provider, accountId }: CallRoute): FoundCall | null {
  const { providerCallId } = call.report;
  if (providerCallId === null) return null;
  return {
    phone_number: call.to,
    from_number: call.from,
    provider: provider.name,
    provider_call_id: providerCallId,
    dialer_job_id: call.dialerJobId !== null && isUuid(call.dialerJobId) ? call.dialerJobId : null,
    telephony_account_id: accountId,
    created_at: call.createdAt,
  };
}
