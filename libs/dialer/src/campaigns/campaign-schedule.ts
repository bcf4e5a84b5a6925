import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { completeEndedCampaign, expireLeads } from '#database/statements/campaigns/end-campaign.js';
import { setCampaignStatus, withdrawQueuedJobs } from '#database/statements/campaigns/pause-campaign.js';
import { lockKillSwitches } from '#database/statements/campaigns/kill-switch.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { campaignStatusAfter } from '#rules/campaign/campaign-status.js';
import { Dispatcher } from '../publish/dispatcher.js';

/**
 * Leads that expire in one transaction, and transactions of one round. A campaign with a million leads takes several
 * rounds of the sweeper.
 */
const EXPIRE_TOGETHER = 2_000;
const MOST_BATCHES = 10;

/** Starts and ends campaigns when they are due. Safe to call early, late and twice. */
@Injectable()
export class CampaignSchedule {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
  ) {}

  async start(campaignId: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      const { isHalted } = await lockKillSwitches(sql, campaignId);
      const campaign = await lockCampaign(sql, { campaignId });
      const isDue = campaign?.status === 'scheduled' && !campaign.starts_later && !campaign.is_past_end && !isHalted;
      if (isDue) await setCampaignStatus(sql, { campaignId, status: 'running', reason: null });
    });
    await this.dispatcher.dispatch(campaignId);
  }

  /** Withdraws queued jobs and expires pending leads. The campaign is completed once its last live call has ended. */
  async end(campaignId: string): Promise<void> {
    for (let batch = 0; batch < MOST_BATCHES; batch++) if (!(await this.expireSome(campaignId))) return;
  }

  /**
   * Expires one batch of leads.
   * @returns true if there is more to do at once.
   */
  private expireSome(campaignId: string): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      const campaign = await lockCampaign(sql, { campaignId });
      if (!campaign?.is_past_end || campaignStatusAfter('end', campaign.status) === null) return false;
      await withdrawQueuedJobs(sql, { campaignId, reason: 'campaign_end' });
      const expired = await expireLeads(sql, { campaignId, limit: EXPIRE_TOGETHER });
      if (expired === EXPIRE_TOGETHER) return true;
      await completeEndedCampaign(sql, campaignId);
      return false;
    });
  }
}
