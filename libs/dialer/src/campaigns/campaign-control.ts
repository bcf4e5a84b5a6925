import { Injectable } from '@nestjs/common';
import { failpoint } from '#config/failpoints.js';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { campaignWords } from '#database/statements/engine/eligibility/first-words.js';
import { campaignProgress } from '#database/statements/campaigns/campaign-progress.js';
import {
  requestHangups,
  setCampaignStatus,
  withdrawQueuedJobs,
} from '#database/statements/campaigns/pause-campaign.js';
import { lockKillSwitches } from '#database/statements/campaigns/kill-switch.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { redialLeads } from '#database/statements/leads/redial-leads.js';
import { isNobodyLeft } from '#database/statements/engine/settle/complete-campaigns.js';
import type { Act, ActName } from '#rules/access/act.js';
import {
  CAMPAIGN_TRANSITIONS,
  campaignStatusAfter,
  type CampaignCommand,
  type CampaignStatus,
  type CampaignStatusReason,
} from '#rules/campaign/campaign-status.js';
import { wordsObstacle } from '#rules/first-words/lacking-words.js';
import { DomainError } from '#rules/errors/domain-error.js';
import { startNote } from '#rules/campaign/start-note.js';
import type { RedialOutcome } from '#rules/attempt/retry-policy.js';
import { CallingHours } from '../claim/calling-hours.js';
import { Dispatcher } from '../publish/dispatcher.js';
import { InFlightCalls } from './in-flight-calls.js';
import { minutesObstacle } from './minutes-obstacle.js';
import { RouteResolver } from '../routes/route-resolver.js';

export interface OwnedCampaign {
  readonly campaignId: string;
  readonly tenantId: string;
}

export interface StartedCampaign {
  /** `scheduled` if the campaign begins later. */
  readonly status: CampaignStatus;
  /** Leads that are dialed now or later. */
  readonly pending: number;
  /** Reason for which no lead is dialed, and what to do; null: some lead is dialed. */
  readonly note: string | null;
}

/** Starts, pauses, resumes, stops, redials and archives campaigns. */
@Injectable()
export class CampaignControl {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly inFlight: InFlightCalls,
    private readonly hours: CallingHours,
    private readonly routes: RouteResolver,
  ) {}

  /** Starts a campaign. A draft whose `start_at` lies ahead waits for it; any other runs at once. */
  async start(campaign: OwnedCampaign): Promise<StartedCampaign> {
    const started = await this.database.transaction(async (sql) => {
      const status = await this.putToRun(sql, campaign, 'start');
      await this.requireWords(sql, campaign.campaignId);
      await failpoint('start.moved');
      const { pending, lead_status_counts } = await campaignProgress(sql, campaign.campaignId);
      if (pending > 0) await this.requireSomebody(sql, campaign.campaignId);
      await record(sql, campaign, 'campaign.start', { status, pending });
      return { status, pending, note: startNote(lead_status_counts) };
    });
    await failpoint('start.committed');
    await this.dispatcher.dispatch(campaign.campaignId);
    return started;
  }

  /** Checks that some lead can be called. @throws DomainError if the present settings forbid all pending leads. */
  private async requireSomebody(sql: Sql, campaignId: string): Promise<void> {
    await this.hours.reckon(sql, campaignId);
    if (await isNobodyLeft(sql, campaignId)) throw new DomainError('nobody_to_call');
  }

  async resume(campaign: OwnedCampaign): Promise<void> {
    await this.database.transaction(async (sql) => {
      await this.putToRun(sql, campaign, 'resume');
      await this.requireWords(sql, campaign.campaignId);
      await record(sql, campaign, 'campaign.resume');
    });
    await this.dispatcher.dispatch(campaign.campaignId);
  }

  /**
   * Dials leads again that a completed campaign gave up with one of these outcomes.
   * @returns the number of leads.
   */
  async redial(campaign: OwnedCampaign, outcomes: readonly RedialOutcome[]): Promise<number> {
    const redialed = await this.database.transaction(async (sql) => {
      await this.putToRun(sql, campaign, 'redial');
      const leads = await redialLeads(sql, { campaignId: campaign.campaignId, outcomes });
      if (leads === 0) throw new DomainError('nobody_to_redial');
      await this.requireWords(sql, campaign.campaignId);
      await record(sql, campaign, 'campaign.redial', { outcomes, leads });
      return leads;
    });
    await this.dispatcher.dispatch(campaign.campaignId);
    return redialed;
  }

  /**
   * Sets a campaign running or scheduled.
   * @returns its new status.
   * @throws DomainError if a kill switch is engaged, the end has passed, minutes are spent, or its route has an
   * obstacle.
   */
  private async putToRun(
    sql: Sql,
    { campaignId, tenantId }: OwnedCampaign,
    command: 'start' | 'resume' | 'redial',
  ): Promise<CampaignStatus> {
    const { isHalted } = await lockKillSwitches(sql, campaignId);
    const campaign = await lockCampaign(sql, { campaignId, tenantId });
    const isEarly = campaign?.status === 'draft' && campaign.starts_later;
    const status = nextStatus(isEarly ? 'schedule' : command, campaign?.status);
    if (isHalted) throw new DomainError('dialing_halted');
    if (campaign?.is_past_end) throw new DomainError('campaign_past_end');
    const lacking = status === 'running' ? await minutesObstacle(sql, campaignId) : null;
    if (lacking) throw new DomainError(lacking);
    const [obstacle] = await this.routes.obstaclesOf(sql, campaignId);
    if (obstacle) throw new DomainError(obstacle.code, { field: obstacle.field });
    await setCampaignStatus(sql, { campaignId, status, reason: null });
    return status;
  }

  /** Checks the first words. @throws DomainError if the law of a lead's area requires words that calls omit. */
  private async requireWords(sql: Sql, campaignId: string): Promise<void> {
    await this.hours.reckon(sql, campaignId);
    const told = await campaignWords(sql, campaignId);
    const obstacle = told && wordsObstacle(told.words, told.asked);
    if (!obstacle) return;
    const { field, packs, detail } = obstacle;
    throw new DomainError('no_disclosure', { field, rule_packs: packs }, detail);
  }

  /** Pauses a campaign. After this no further call is committed; `in_flight` calls are still live. */
  pause(campaign: OwnedCampaign, reason: CampaignStatusReason = 'user'): Promise<{ in_flight: number }> {
    return this.halt(campaign, { command: 'pause', reason });
  }

  /** Stops a campaign for good. After this no further call is committed. */
  stop(
    campaign: OwnedCampaign,
    { hangupInFlight = false }: { hangupInFlight?: boolean } = {},
  ): Promise<{ in_flight: number }> {
    return this.halt(campaign, { command: 'stop', reason: 'user', hangupInFlight });
  }

  /**
   * Archives a campaign for good. Its leads are never called again; its calls stay, and late reports are still
   * recorded. Archiving it again changes nothing.
   */
  archive({ campaignId, tenantId }: OwnedCampaign): Promise<void> {
    return this.database.transaction(async (sql) => {
      const campaign = await lockCampaign(sql, { campaignId, tenantId });
      if (campaign?.status === 'archived') return;
      const status = nextStatus('archive', campaign?.status);
      await setCampaignStatus(sql, { campaignId, status, reason: 'user' });
      await record(sql, { campaignId, tenantId }, 'campaign.archive', { was: campaign?.status });
    });
  }

  /** Pauses or stops a campaign under its lock, withdraws its queued jobs, and waits for requests that are open. */
  private async halt(
    { campaignId, tenantId }: OwnedCampaign,
    order: { command: 'pause' | 'stop'; reason: CampaignStatusReason; hangupInFlight?: boolean },
  ): Promise<{ in_flight: number }> {
    await this.database.transaction(async (sql) => {
      const campaign = await lockCampaign(sql, { campaignId, tenantId });
      const status = nextStatus(order.command, campaign?.status);
      await setCampaignStatus(sql, { campaignId, status, reason: order.reason });
      await failpoint('halt.moved');
      await withdrawQueuedJobs(sql, { campaignId, reason: `campaign_${order.command}` });
      if (order.hangupInFlight) await requestHangups(sql, [campaignId]);
      const detail = { hangup_in_flight: order.hangupInFlight ?? false };
      await record(sql, { campaignId, tenantId }, `campaign.${order.command}`, detail);
      await failpoint('halt.withdrawn');
    });
    await failpoint('halt.committed');
    return { in_flight: await this.inFlight.waitForOpenRequests([campaignId]) };
  }
}

function record(sql: Sql, { campaignId, tenantId }: OwnedCampaign, action: ActName, detail?: Act['detail']) {
  return recordAct(sql, tenantId, { action, subject: campaignId, detail });
}

function nextStatus(command: CampaignCommand, current: CampaignStatus | undefined): CampaignStatus {
  if (current === undefined) throw new DomainError('campaign_not_found');
  const status = campaignStatusAfter(command, current);
  if (status) return status;
  const { from } = CAMPAIGN_TRANSITIONS[command];
  const remedy = command === 'archive' ? '; stop it first' : '';
  const detail = `Cannot ${command} a campaign that is ${current}: it must be ${from.join(' or ')}${remedy}`;
  throw new DomainError('campaign_state_conflict', { current_status: current }, detail);
}
