import { Injectable } from '@nestjs/common';
import { Database } from '#database/database.js';
import { lockCampaign } from '#database/statements/lock-campaign.js';
import { holdBudgetsOfJobs } from '#database/statements/minutes-budget.js';
import { noteProviderRefusal } from '#database/statements/note-provider-refusal.js';
import { giveBackAttempt } from '#database/statements/record-create-answer.js';
import { pauseLocked } from './campaign-hold.js';
import { Dispatcher } from './dispatcher.js';

/** When an attempt that the provider did not take is due again; one whose account is refused waits for a person anyway. */
const PAUSE_SECONDS = 10;

export interface UntakenAttempt {
  readonly dialer_job_id: string;
  readonly campaign_id: string;
}

/** Gives back attempts that a provider would not take through no fault of the lead: nothing rang, so nothing was tried. */
@Injectable()
export class AttemptReturn {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** Where the account is the trouble (credentials, credit, settings) the campaign is paused until a person has looked. */
  async giveBack(
    job: UntakenAttempt,
    refusal: { fault: 'throttle' | 'account'; code: string; retryAfterSeconds?: number },
  ): Promise<void> {
    await this.database.transaction(async (sql) => {
      await holdBudgetsOfJobs(sql, [job.dialer_job_id]);
      const campaign = await lockCampaign(sql, { campaignId: job.campaign_id });
      const { code, retryAfterSeconds: pauseSeconds = PAUSE_SECONDS } = refusal;
      await giveBackAttempt(sql, { dialerJobId: job.dialer_job_id, code, pauseSeconds });
      if (campaign) await noteProviderRefusal(sql, { campaignId: campaign.id, code, pauseSeconds });
      if (campaign?.status === 'running' && refusal.fault === 'account') {
        await pauseLocked(sql, { campaignId: campaign.id, reason: 'provider_account' });
      }
    });
    void this.dispatcher.dispatch(job.campaign_id);
  }
}
