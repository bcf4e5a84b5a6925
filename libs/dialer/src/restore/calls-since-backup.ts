import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { noteAskedAfterRestore } from '#database/statements/ops/accept-restored.js';
import {
  adoptFoundCall,
  countLeadsToHold,
  holdLeads,
  isKnownCall,
  leadsOfFoundCall,
  leadsToHold,
  linesInUse,
  type FoundCall,
  type LeadOfFoundCall,
} from '#database/statements/ops/found-calls.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { lockNumbers } from '#database/statements/engine/locks/lock-numbers.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import type { CallListing, ListedCall } from '#telephony/port/telephony-provider.js';
import type { CallLine } from '../routes/call-route.js';
import { Lines } from '../routes/route-resolver.js';
import { CallRecorder } from '../record/call-recorder.js';
import { isUuid } from '../routes/job-campaigns.js';

const HOLD_HOURS = 24;
const HELD_TOGETHER = 2_000;

/** `end_reason` of calls that the database learned of from the provider after a restore. */
const FOUND_AFTER_RESTORE = 'found_after_restore';

/** Result for one line. */
export interface LineAfterRestore {
  readonly accountId: string | null;
  readonly provider: string;
  /** Null: the provider was asked; else why it could not be. */
  readonly notAsked: string | null;
  /** Calls that the provider has since the backup. */
  readonly listed: number;
  /** How many of them the database has too. */
  readonly known: number;
  /** Written down as attempts of leads that waited. */
  readonly adopted: number;
  /** To numbers that no lead waits for a call to. */
  readonly unmatched: number;
  /** Leads that wait for a day, since their number may have been called. */
  readonly held: number;
}

type Tally = { -readonly [K in 'listed' | 'known' | 'adopted' | 'unmatched' | 'held']: number };

/**
 * Brings a restored database up to what its providers know: whoever was called since the backup is not called again for
 * it.
 */
@Injectable()
export class CallsSinceBackup {
  constructor(
    private readonly database: Database,
    private readonly lines: Lines,
    private readonly recorder: CallRecorder,
  ) {}

  /**
   * Asks every line for its calls since the backup. Safe to run again: a call that is written down is known from then
   * on.
   * @param isMeant false: nothing is changed.
   */
  async reconcile(backupAt: Date, isMeant: boolean): Promise<LineAfterRestore[]> {
    const until = new Date(Date.now() + HOLD_HOURS * 3_600_000);
    const report: LineAfterRestore[] = [];
    for (const accountId of await linesInUse(this.database))
      report.push(await this.reconcileLine(accountId, { backupAt, until, isMeant }));
    if (isMeant) await noteAskedAfterRestore(this.database);
    return report;
  }

  private async reconcileLine(accountId: string | null, order: Order): Promise<LineAfterRestore> {
    const line = await this.lines.of({ telephony_account_id: accountId, is_test: false });
    const listing = await askFor(line, order.backupAt);
    const tally: Tally = { listed: 0, known: 0, adopted: 0, unmatched: 0, held: 0 };
    const named = { accountId, provider: line.provider.name };
    if (listing.kind === 'unavailable') {
      tally.held = await this.holdAll(accountId, order);
      return { ...named, ...tally, notAsked: listing.cause };
    }
    for (const call of listing.calls) await this.reconcileCall(call, { line, order, tally });
    return { ...named, ...tally, notAsked: null };
  }

  private async reconcileCall(call: ListedCall, { line, order, tally }: InLine): Promise<void> {
    const found = toFoundCall(call, line);
    if (found === null) return;
    tally.listed += 1;
    if (await isKnownCall(this.database, found)) return void (tally.known += 1);
    const leads = await leadsOfFoundCall(this.database, found);
    const [likeliest, ...others] = leads;
    if (!likeliest) return void (tally.unmatched += 1);
    tally.adopted += 1;
    tally.held += others.length;
    if (!order.isMeant) return;
    await this.adopt(likeliest, found, call);
    await holdLeads(
      this.database,
      others.map(({ lead_id }) => lead_id),
      order.until,
    );
  }

  private async adopt(lead: LeadOfFoundCall, found: FoundCall, { event }: ListedCall): Promise<void> {
    const dialerJobId = await this.database.transaction(async (sql) => {
      await lockNumbers(sql, [{ tenant_id: lead.tenant_id, phone_number: found.phone_number }]);
      await lockCampaign(sql, { campaignId: lead.campaign_id });
      return adoptFoundCall(sql, lead.lead_id, found);
    });
    if (dialerJobId === null) return;
    const isOver = event.status !== undefined && isFinalCallStatus(event.status);
    await this.recorder.record({ ...event, dialerJobId, ...(isOver && { endReason: FOUND_AFTER_RESTORE }) });
  }

  /** Leads of a line whose provider cannot be asked. */
  private async holdAll(accountId: string | null, { until, isMeant }: Order): Promise<number> {
    if (!isMeant) return countLeadsToHold(this.database, accountId, until);
    let held = 0;
    for (;;) {
      const ids = await leadsToHold(this.database, { accountId, until, limit: HELD_TOGETHER });
      if (ids.length === 0) return held;
      held += await holdLeads(this.database, ids, until);
    }
  }
}

interface Order {
  readonly backupAt: Date;
  /** Until when leads are held. */
  readonly until: Date;
  readonly isMeant: boolean;
}

interface InLine {
  readonly line: CallLine;
  readonly order: Order;
  readonly tally: Tally;
}

/** A call that is listed and known does no harm, one that is missed is made again. */
const CLOCK_MARGIN_MS = 60_000;

function askFor({ provider }: CallLine, backupAt: Date): Promise<CallListing> {
  if (provider.listCalls) return provider.listCalls(new Date(backupAt.getTime() - CLOCK_MARGIN_MS));
  return Promise.resolve({ kind: 'unavailable', cause: `${provider.name} does not list calls` });
}

/** Null for a call without an id of the provider's. */
function toFoundCall(call: ListedCall, { provider, accountId }: CallLine): FoundCall | null {
  const { providerCallId } = call.event;
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
