import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { forgetHours } from '#database/statements/engine/claim/calling-hours.js';
import { findCampaign, type CampaignRow } from '#database/statements/campaigns/campaigns.js';
import { createCampaign, editCampaign, type CampaignEdits } from '#database/statements/campaigns/edit-campaign.js';
import { holdTelephonyAccount } from '#database/statements/telephony/telephony-accounts.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { Dispatcher } from '#dialer/publish/dispatcher.js';
import { Lines } from '#dialer/routes/route-resolver.js';
import { settingsChanged } from '#rules/access/act.js';
import {
  callingWindowProblem,
  DEFAULT_CALLING_WINDOW,
  type CallingWindow,
} from '#rules/calling-hours/window/calling-window.js';
import type { CampaignStatus } from '#rules/campaign/campaign-status.js';
import type { LineObstacle } from '#rules/route/route-obstacle.js';
import { InvalidFields, Refusal, REFUSALS } from '#rules/call/provider-rejection.js';
import { DEFAULT_RETRY_POLICY, RETRY_REASONS, retryPolicyOf, type RetryPolicy } from '#rules/attempt/retry-policy.js';
import { merged } from '../fields/merged.js';
import { requirePhoneNumber } from '../fields/phone-field.js';
import type { CampaignView } from './campaign-view.dto.js';
import { CallingWindowBody } from './calling-window.dto.js';
import type { CreateCampaignBody, UpdateCampaignBody } from './campaign.dto.js';
import { RetryPolicyBody, type RetryPolicyPatch } from './retry-policy.dto.js';

@Injectable()
export class CampaignsService {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly lines: Lines,
  ) {}

  async create(tenantId: string, body: CreateCampaignBody): Promise<CampaignView> {
    requireSense(body, new Date());
    requireNoAccount(body, body.is_test ?? false);
    const terms = withNumber(body);
    const campaignId = await this.database.transaction(async (sql) => {
      await requireAccount(sql, tenantId, body);
      const id = await createCampaign(sql, tenantId, terms as CreateCampaignBody & CampaignEdits);
      await this.requireLine(sql, { id, status: 'draft' }, body);
      await recordAct(sql, tenantId, { action: 'campaign.create', subject: id, detail: settingsChanged(body) });
      return id;
    });
    return this.get(tenantId, campaignId);
  }

  async get(tenantId: string, campaignId: string): Promise<CampaignView> {
    return toView(await find(this.database, tenantId, campaignId));
  }

  /**
   * After this has answered, nothing is committed to be dialed on the old terms. Judged by what the campaign is once
   * nobody else changes it.
   */
  async update(tenantId: string, campaignId: string, body: UpdateCampaignBody): Promise<CampaignView> {
    await this.database.transaction(async (sql) => {
      await lockCampaign(sql, { campaignId, tenantId });
      const before = await find(sql, tenantId, campaignId);
      if (before.status === 'archived') throw new Refusal('campaign_closed', { current_status: before.status });
      const merges = await mergedInto(before, body);
      requireSense({ start_at: before.start_at, ...without(before.end_at), ...body, ...merges }, new Date());
      requireNoAccount(body, before.is_test);
      await requireAccount(sql, tenantId, body);
      const slots = await editCampaign(sql, { campaignId, edits: { ...withNumber(body), ...merges } });
      await this.requireLine(sql, before, body);
      if (slots && body.max_concurrent_calls !== undefined && slots.live > slots.slots) {
        throw new Refusal('slots_in_use', { in_flight: slots.live });
      }
      await forgetHours(sql, [campaignId]);
      await recordAct(sql, tenantId, { action: 'campaign.update', subject: campaignId, detail: settingsChanged(body) });
    });
    await this.dispatcher.dispatch(campaignId);
    return this.get(tenantId, campaignId);
  }

  /**
   * One that nobody dials yet may get what is missing later. @throws InvalidFields for an edit that leaves a campaign
   * which cannot be dialed.
   */
  private async requireLine(
    sql: Sql,
    { id, status }: Pick<CampaignRow, 'id' | 'status'>,
    body: LineEdits,
  ): Promise<void> {
    if (!LINE_FIELDS.some((field) => body[field] !== undefined)) return;
    const obstacles = (await this.lines.obstaclesOf(sql, id)).filter(
      (obstacle) => isTouched(obstacle, body) && (obstacle.code === 'caller_id_not_allowed' || LIVE.has(status)),
    );
    if (obstacles.length === 0) return;
    throw new InvalidFields(obstacles.map(({ field, code }) => ({ field, message: REFUSALS[code] })));
  }
}

/** Campaigns that are, or will be, dialed without anybody starting them. */
const LIVE: ReadonlySet<CampaignStatus> = new Set(['running', 'scheduled']);

const LINE_FIELDS = ['telephony_account_id', 'from_number', 'first_message'] as const;

type LineEdits = Pick<UpdateCampaignBody, (typeof LINE_FIELDS)[number]>;

/** Whether an edit may have brought it about; what is amiss elsewhere is not its affair. */
function isTouched({ field }: LineObstacle, body: LineEdits): boolean {
  return body[field] !== undefined || body.telephony_account_id !== undefined;
}

async function find(sql: Sql, tenantId: string, campaignId: string): Promise<CampaignRow> {
  const campaign = await findCampaign(sql, { tenantId, campaignId });
  if (!campaign) throw new Refusal('campaign_not_found');
  return campaign;
}

export function toView<Row extends Omit<CampaignRow, 'system_prompt'>>(
  campaign: Row,
): Row & Pick<CampaignView, 'retry_policy' | 'calling_window'> {
  return {
    ...campaign,
    retry_policy: retryPolicyOf(campaign.retry_policy) as CampaignView['retry_policy'],
    calling_window: windowOf(campaign) as CampaignView['calling_window'],
  };
}

/** Merges a patch's objects into those of a campaign that nobody else changes meanwhile. */
async function mergedInto(before: CampaignRow, body: UpdateCampaignBody): Promise<Merges> {
  const { retry_policy: policy, calling_window: hours } = body;
  return {
    retry_policy: policy && (await mergedPolicy(before.retry_policy, policy)),
    calling_window: hours && (await mergedHours(windowOf(before), hours)),
  };
}

/** One end of a window that is moved past the other opens the night: who means that names both ends. */
async function mergedHours(present: CallingWindow, patch: Partial<CallingWindowBody>): Promise<CallingWindowBody> {
  const hours = await merged({ field: 'calling_window', type: CallingWindowBody, present, patch });
  const isOneMoved = (patch.from === undefined) !== (patch.to === undefined);
  if (!isOneMoved || hours.from <= hours.to || present.from > present.to) return hours;
  const [moved, other] = patch.from === undefined ? (['to', 'from'] as const) : (['from', 'to'] as const);
  const message = `lies beyond \`${other}\` (${hours[other]}), so that the window would be open all night: send both`;
  throw new InvalidFields([{ field: `calling_window.${moved}`, message }]);
}

/** A reason that is changed and that the policy does not name has its default, as the view shows it. */
function mergedPolicy(own: Partial<RetryPolicy> | null, patch: RetryPolicyPatch): Promise<RetryPolicyBody> {
  const named = RETRY_REASONS.filter((reason) => patch[reason]);
  const defaults = Object.fromEntries(named.map((reason) => [reason, DEFAULT_RETRY_POLICY[reason]]));
  return merged({ field: 'retry_policy', type: RetryPolicyBody, present: { ...defaults, ...own }, patch });
}

interface Merges {
  readonly retry_policy: RetryPolicyBody | null | undefined;
  readonly calling_window: CallingWindowBody | null | undefined;
}

function windowOf({ calling_window }: Pick<CampaignRow, 'calling_window'>): CallingWindow {
  return calling_window ?? DEFAULT_CALLING_WINDOW;
}

/** An end that has passed already is nothing new, and does not keep anything else from being changed. */
function without(endAt: Date | null): { end_at?: Date | null } {
  return endAt && endAt > new Date() ? { end_at: endAt } : {};
}

function withNumber<Body extends { from_number?: string | null }>(body: Body): Body {
  if (typeof body.from_number !== 'string') return body;
  const terms = { country: null, source: 'nowhere', field: 'from_number' } as const;
  return { ...body, from_number: requirePhoneNumber(body.from_number, terms) };
}

/** @throws InvalidFields where a test campaign names an account. */
function requireNoAccount({ telephony_account_id }: Pick<UpdateCampaignBody, 'telephony_account_id'>, isTest: boolean) {
  if (!isTest || typeof telephony_account_id !== 'string') return;
  const message = 'cannot be named by a test campaign, which calls over the simulator: leave it out';
  throw new InvalidFields([{ field: 'telephony_account_id', message }]);
}

/**
 * Keeps the account that a campaign is to name from being deleted meanwhile. @throws InvalidFields for one that is not
 * the tenant's.
 */
async function requireAccount(
  sql: Sql,
  tenantId: string,
  { telephony_account_id: accountId }: Pick<UpdateCampaignBody, 'telephony_account_id'>,
): Promise<void> {
  if (typeof accountId !== 'string' || (await holdTelephonyAccount(sql, { tenantId, accountId }))) return;
  throw new InvalidFields([{ field: 'telephony_account_id', message: 'is no telephony account of yours' }]);
}

interface Terms {
  readonly start_at?: string | Date | null;
  readonly end_at?: string | Date | null;
  readonly calling_window?: CallingWindow | null;
}

/** @throws InvalidFields for a campaign that would end before it begins, or has ended already, or is never open. */
function requireSense({ start_at, end_at, calling_window }: Terms, now: Date): void {
  const problem = calling_window && callingWindowProblem(calling_window);
  if (problem) throw new InvalidFields([{ field: 'calling_window', message: problem }]);
  if (!end_at) return;
  const endAt = new Date(end_at);
  if (endAt <= now) throw new InvalidFields([{ field: 'end_at', message: 'must lie in the future' }]);
  if (start_at && endAt <= new Date(start_at)) {
    throw new InvalidFields([{ field: 'end_at', message: 'must be later than start_at' }]);
  }
}
