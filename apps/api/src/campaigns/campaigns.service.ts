import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#database/connection/database.js';
import { Campaign, type CampaignRow, type CampaignTerms } from '#database/entities/campaign.entity.js';
import { hasValues } from '#database/entities/edits.js';
import type { Sql } from '#database/connection/sql.js';
import type { Transaction } from '#database/connection/transaction.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { forgetHours } from '#database/statements/engine/claim/calling-hours.js';
import { findCampaign } from '#database/statements/campaigns/campaigns.js';
import { campaignSlots } from '#database/statements/campaigns/edit-campaign.js';
import { releaseBlocked } from '#database/statements/engine/claim/release-blocked.js';
import { lockAccountAgainstDeletion } from '#database/statements/telephony/telephony-accounts.js';
import { Dispatcher } from '#dialer/publish/dispatcher.js';
import { RouteResolver } from '#dialer/routes/route-resolver.js';
import { settingsChanged } from '#rules/access/act.js';
import {
  callingWindowProblem,
  DEFAULT_CALLING_WINDOW,
  type CallingWindow,
} from '#rules/calling-hours/window/calling-window.js';
import type { CampaignStatus } from '#rules/campaign/campaign-status.js';
import { gatesReopenedBy } from '#rules/gate/gate.js';
import type { RouteObstacle } from '#rules/route/route-obstacle.js';
import { InvalidFields, DomainError, DOMAIN_ERRORS } from '#rules/errors/domain-error.js';
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
    private readonly routes: RouteResolver,
  ) {}

  async create(tenantId: string, body: CreateCampaignBody): Promise<CampaignView> {
    const { is_test = false } = body;
    validateDates(body, new Date());
    requireNoAccount(body, is_test);
    const terms = toTerms(body);
    const campaignId = await this.database.transaction(async (tx) => {
      await requireAccount(tx, tenantId, body);
      const { id } = await tx.manager.save(tx.manager.create(Campaign, { ...terms, tenant_id: tenantId, is_test }));
      await this.requireRoute(tx, { id, status: 'draft' }, body);
      await recordAct(tx, tenantId, { action: 'campaign.create', subject: id, detail: settingsChanged(body) });
      return id;
    });
    return this.get(tenantId, campaignId);
  }

  async get(tenantId: string, campaignId: string): Promise<CampaignView> {
    return toView(await find(this.database, tenantId, campaignId));
  }

  /**
   * Changes a campaign. After the answer no call is committed on the old terms, since placing a call locks the campaign
   * as well.
   */
  async update(tenantId: string, campaignId: string, body: UpdateCampaignBody): Promise<CampaignView> {
    await this.database.transaction(async (tx) => {
      const before = await lockForEdit(tx.manager, { id: campaignId, tenant_id: tenantId });
      const merges = await mergedInto(before, body);
      validateDates({ start_at: before.start_at, ...futureEndAt(before.end_at), ...body, ...merges }, new Date());
      requireNoAccount(body, before.is_test);
      await requireAccount(tx, tenantId, body);
      await this.edit(tx, before, toTerms({ ...body, ...merges }));
      await this.requireRoute(tx, before, body);
      await requireSlots(tx, campaignId, body);
      await forgetHours(tx, [campaignId]);
      await recordAct(tx, tenantId, { action: 'campaign.update', subject: campaignId, detail: settingsChanged(body) });
    });
    await this.dispatcher.dispatch(campaignId);
    return this.get(tenantId, campaignId);
  }

  /** Changes a campaign while no call of it is being placed. A running one is looked at again at once. */
  private async edit(tx: Transaction, { id, status }: Campaign, terms: Partial<CampaignTerms>): Promise<void> {
    await tx.manager.findOne(Campaign, { select: { id: true }, where: { id }, lock: { mode: 'pessimistic_write' } });
    const edits = { ...terms, wake_at: status === 'running' ? () => 'now()' : undefined };
    if (hasValues(edits)) await tx.manager.update(Campaign, { id }, edits);
    await releaseBlocked(tx, { campaignIds: [id], gates: gatesReopenedBy('campaign', terms) });
  }

  /**
   * Requires a route over which the campaign can call. A campaign that is not dialed yet may get what is missing later.
   * @throws InvalidFields for an edit that leaves a live campaign without a route.
   */
  private async requireRoute(
    sql: Sql,
    { id, status }: Pick<CampaignRow, 'id' | 'status'>,
    body: RouteEdits,
  ): Promise<void> {
    if (!ROUTE_FIELDS.some((field) => body[field] !== undefined)) return;
    const obstacles = (await this.routes.obstaclesOf(sql, id)).filter(
      (obstacle) => isTouched(obstacle, body) && (obstacle.code === 'caller_id_not_allowed' || LIVE.has(status)),
    );
    if (obstacles.length === 0) return;
    throw new InvalidFields(obstacles.map(({ field, code }) => ({ field, message: DOMAIN_ERRORS[code] })));
  }
}

/** Statuses of campaigns that are dialed now, or will be without a start by a user. */
const LIVE: ReadonlySet<CampaignStatus> = new Set(['running', 'scheduled']);

const ROUTE_FIELDS = ['telephony_account_id', 'from_number', 'first_message'] as const;

type RouteEdits = Pick<UpdateCampaignBody, (typeof ROUTE_FIELDS)[number]>;

/** True if this edit can have caused the obstacle. Problems in fields that the edit does not touch are not reported. */
function isTouched({ field }: RouteObstacle, body: RouteEdits): boolean {
  return body[field] !== undefined || body.telephony_account_id !== undefined;
}

async function find(sql: Sql, tenantId: string, campaignId: string): Promise<CampaignRow> {
  const campaign = await findCampaign(sql, { tenantId, campaignId });
  if (!campaign) throw new DomainError('campaign_not_found');
  return campaign;
}

/** Locks a campaign against other edits, and returns it. @throws DomainError if it is not there or may not change. */
async function lockForEdit(manager: EntityManager, owned: Pick<Campaign, 'id' | 'tenant_id'>): Promise<Campaign> {
  const campaign = await manager.findOne(Campaign, { where: owned, lock: { mode: 'for_no_key_update' } });
  if (!campaign) throw new DomainError('campaign_not_found');
  if (campaign.status === 'archived') throw new DomainError('campaign_closed', { current_status: campaign.status });
  return campaign;
}

/** Checks that a campaign keeps enough slots. @throws DomainError for fewer slots than live calls. */
async function requireSlots(sql: Sql, campaignId: string, body: UpdateCampaignBody): Promise<void> {
  if (body.max_concurrent_calls === undefined) return;
  const { live, slots } = await campaignSlots(sql, campaignId);
  if (live > slots) throw new DomainError('slots_in_use', { in_flight: live });
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

/** Merges a patch's objects into those of a campaign that the caller has locked. */
async function mergedInto(before: CampaignRow, body: UpdateCampaignBody): Promise<Merges> {
  const { retry_policy: policy, calling_window: hours } = body;
  return {
    retry_policy: policy && (await mergedPolicy(before.retry_policy, policy)),
    calling_window: hours && (await mergedHours(windowOf(before), hours)),
  };
}

/**
 * Merges a patch of calling hours. Moving one end past the other would open the night, so the client then has to name
 * both.
 */
async function mergedHours(present: CallingWindow, patch: Partial<CallingWindowBody>): Promise<CallingWindowBody> {
  const hours = await merged({ field: 'calling_window', type: CallingWindowBody, present, patch });
  const isOneMoved = (patch.from === undefined) !== (patch.to === undefined);
  if (!isOneMoved || hours.from <= hours.to || present.from > present.to) return hours;
  const [moved, other] = patch.from === undefined ? (['to', 'from'] as const) : (['from', 'to'] as const);
  const message = `lies beyond \`${other}\` (${hours[other]}), so that the window would be open all night: send both`;
  throw new InvalidFields([{ field: `calling_window.${moved}`, message }]);
}

/** Merges a patch of a retry policy. A changed reason that the policy lacks begins with its default. */
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

/** Returns the end if it lies in the future. An end that has passed does not block other edits. */
function futureEndAt(endAt: Date | null): { end_at?: Date | null } {
  return endAt && endAt > new Date() ? { end_at: endAt } : {};
}

/** A body whose patches have been merged. */
type WholeBody = Omit<UpdateCampaignBody, keyof Merges> & Partial<Merges>;

/** Converts the values of a body to those of columns. A column whose property is left out is undefined, and stays. */
function toTerms({ is_test: _isTest, ...body }: Omit<WholeBody, 'is_test'> & { is_test?: boolean }) {
  return {
    ...body,
    from_number: withCountry(body.from_number),
    start_at: toDate(body.start_at),
    end_at: toDate(body.end_at),
  } satisfies Partial<CampaignTerms>;
}

function toDate(time: string | null | undefined): Date | null | undefined {
  return typeof time === 'string' ? new Date(time) : time;
}

/** Normalizes a number. @throws InvalidFields for a number without a country code. */
function withCountry(number: string | null | undefined): string | null | undefined {
  if (typeof number !== 'string') return number;
  return requirePhoneNumber(number, { country: null, source: 'nowhere', field: 'from_number' });
}

/** Checks that a test campaign names no account. @throws InvalidFields */
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
  if (typeof accountId !== 'string' || (await lockAccountAgainstDeletion(sql, { tenantId, accountId }))) return;
  throw new InvalidFields([{ field: 'telephony_account_id', message: 'is no telephony account of yours' }]);
}

interface Terms {
  readonly start_at?: string | Date | null;
  readonly end_at?: string | Date | null;
  readonly calling_window?: CallingWindow | null;
}

/** Checks dates. @throws InvalidFields for an end before the start or before now, and for hours that never open. */
function validateDates({ start_at, end_at, calling_window }: Terms, now: Date): void {
  const problem = calling_window && callingWindowProblem(calling_window);
  if (problem) throw new InvalidFields([{ field: 'calling_window', message: problem }]);
  if (!end_at) return;
  const endAt = new Date(end_at);
  if (endAt <= now) throw new InvalidFields([{ field: 'end_at', message: 'must lie in the future' }]);
  if (start_at && endAt <= new Date(start_at)) {
    throw new InvalidFields([{ field: 'end_at', message: 'must be later than start_at' }]);
  }
}
