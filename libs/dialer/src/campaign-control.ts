import { Injectable } from '@nestjs/common';
import { reach } from '#config/failpoints.js';
import { Database } from '#database/database.js';
import type { Sql } from '#database/sql.js';
import { campaignProgress } from '#database/statements/campaign-progress.js';
import { countInFlight, setCampaignStatus, withdrawQueuedJobs } from '#database/statements/hold-campaign.js';
import { lockCampaign } from '#database/statements/lock-campaign.js';
import { giveBackAttempt } from '#database/statements/record-create-answer.js';
import {
  campaignStatusAfter,
  type CampaignCommand,
  type CampaignStatus,
  type CampaignStatusReason,
} from '#rules/campaign-status.js';
import { Refusal } from '#rules/refusal.js';
import { setTimeout as pause } from 'node:timers/promises';
import { Dispatcher } from './dispatcher.js';

export interface OwnedCampaign {
  readonly campaignId: string;
  readonly tenantId: string;
}

/** How long an answer to pause or stop waits for requests that were committed before it, and how often it looks. */
const SETTLE_DOWN_MS = 3_000;
const LOOK_EVERY_MS = 25;

/** Where an attempt that the provider did not take goes: throttled ones soon again, the others once a person has looked. */
const GIVE_BACK_PAUSE_SECONDS = 10;

/** Start, pause, resume and stop: the fences around dialing. */
@Injectable()
export class CampaignControl {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** @returns how many leads this puts up for dialing, now and later. */
  async start(campaign: OwnedCampaign): Promise<{ pending: number }> {
    const pending = await this.database.transaction(async (sql) => {
      await this.move(sql, campaign, { command: 'start', reason: null });
      await reach('start.moved');
      return (await campaignProgress(sql, campaign.campaignId)).pending;
    });
    await reach('start.committed');
    await this.dispatcher.dispatch(campaign.campaignId);
    return { pending };
  }

  async resume(campaign: OwnedCampaign): Promise<void> {
    await this.database.transaction((sql) => this.move(sql, campaign, { command: 'resume', reason: null }));
    await this.dispatcher.dispatch(campaign.campaignId);
  }

  /** After this has returned, nothing more is committed to be dialed; `in_flight` calls are still on the line. */
  pause(campaign: OwnedCampaign, reason: CampaignStatusReason = 'user'): Promise<{ in_flight: number }> {
    return this.hold(campaign, { command: 'pause', reason });
  }

  /** As `pause`, and for good. */
  stop(campaign: OwnedCampaign): Promise<{ in_flight: number }> {
    return this.hold(campaign, { command: 'stop', reason: 'user' });
  }

  /**
   * The provider would not take the attempt, through no fault of the lead: it is given back, and where the account is the trouble
   * (credentials, credit, settings) the campaign is paused until a person has looked.
   */
  async giveBack(
    job: { dialer_job_id: string; campaign_id: string },
    refusal: { fault: 'permanent' | 'retryable' | 'throttle' | 'account'; code: string; retryAfterSeconds?: number },
  ): Promise<void> {
    await this.database.transaction(async (sql) => {
      const campaign = await lockCampaign(sql, { campaignId: job.campaign_id });
      await giveBackAttempt(sql, {
        dialerJobId: job.dialer_job_id,
        code: refusal.code,
        pauseSeconds: refusal.retryAfterSeconds ?? GIVE_BACK_PAUSE_SECONDS,
      });
      if (campaign?.status === 'running' && refusal.fault === 'account') {
        await holdLocked(sql, { campaignId: campaign.id, status: 'paused', reason: 'provider_account' });
      }
    });
  }

  private async hold(
    campaign: OwnedCampaign,
    order: { command: CampaignCommand; reason: CampaignStatusReason },
  ): Promise<{ in_flight: number }> {
    await this.database.transaction(async (sql) => {
      await this.move(sql, campaign, order);
      await reach('hold.moved');
      await withdrawQueuedJobs(sql, { campaignId: campaign.campaignId, reason: `campaign_${order.command}` });
      await reach('hold.withdrawn');
    });
    await reach('hold.committed');
    return { in_flight: await this.settleDown(campaign.campaignId) };
  }

  /** Waits until requests that were committed before the fence have been answered, within reason. */
  private async settleDown(campaignId: string): Promise<number> {
    for (let waited = 0; ; waited += LOOK_EVERY_MS) {
      const { dialing, in_flight } = await countInFlight(this.database, campaignId);
      if (dialing === 0 || waited >= SETTLE_DOWN_MS) return in_flight;
      await pause(LOOK_EVERY_MS);
    }
  }

  private async move(
    sql: Sql,
    { campaignId, tenantId }: OwnedCampaign,
    { command, reason }: { command: CampaignCommand; reason: CampaignStatusReason | null },
  ): Promise<void> {
    const campaign = await lockCampaign(sql, { campaignId, tenantId });
    if (!campaign) throw new Refusal('campaign_not_found');
    const status = campaignStatusAfter(command, campaign.status);
    if (!status) throw stateConflict(command, campaign.status);
    await setCampaignStatus(sql, { campaignId, status, reason });
  }
}

function stateConflict(command: CampaignCommand, current: CampaignStatus): Refusal {
  return new Refusal(
    'campaign_state_conflict',
    { current_status: current },
    `Cannot ${command} a campaign that is ${current}`,
  );
}

async function holdLocked(
  sql: Sql,
  { campaignId, ...order }: { campaignId: string; status: CampaignStatus; reason: CampaignStatusReason },
): Promise<void> {
  await setCampaignStatus(sql, { campaignId, ...order });
  await withdrawQueuedJobs(sql, { campaignId, reason: order.reason });
}
