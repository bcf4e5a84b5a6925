import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { lockBudgetsOfJobs } from '#database/statements/engine/place/minutes-budget.js';
import { noteProviderRejection } from '#database/statements/engine/place/note-provider-rejection.js';
import { refundAttempt } from '#database/statements/engine/record/record-create-answer.js';
import { toldPause } from '#rules/call/told-values.js';
import { pauseLocked } from '../campaigns/campaign-pause.js';
import { Dispatcher } from '../publish/dispatcher.js';

/**
 * When an attempt that the provider did not take is due again; one whose account is refused waits for a person anyway.
 */
const PAUSE_SECONDS = 10;

/** A provider that says "at once" is not asked in a circle. */
const SHORTEST_PAUSE_SECONDS = 1;

export interface ProviderRejection {
  readonly fault: 'throttle' | 'account';
  readonly code: string;
  readonly retryAfterSeconds?: number;
  /** It had taken the call before it said so. */
  readonly isAccepted: boolean;
}

export interface UntakenAttempt {
  readonly dialer_job_id: string;
  readonly campaign_id: string;
}

/**
 * Gives back attempts that a provider would not take through no fault of the lead: nothing rang, so nothing was tried.
 */
@Injectable()
export class AttemptRefund {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
  ) {}

  /**
   * Where the account is the trouble (credentials, credit, settings) the campaign is paused until a person has looked.
   * @returns whether there was something to give back: said twice, it counts once.
   */
  async refund(job: UntakenAttempt, rejection: ProviderRejection): Promise<boolean> {
    const isGivenBack = await this.database.transaction((sql) => refund(sql, job, rejection));
    if (isGivenBack) void this.dispatcher.dispatch(job.campaign_id);
    return isGivenBack;
  }
}

async function refund(
  sql: Sql,
  { dialer_job_id: dialerJobId, campaign_id: campaignId }: UntakenAttempt,
  { fault, code, isAccepted, retryAfterSeconds }: ProviderRejection,
): Promise<boolean> {
  const pauseSeconds = Math.max(SHORTEST_PAUSE_SECONDS, toldPause(retryAfterSeconds) ?? PAUSE_SECONDS);
  const tenantIds = await lockBudgetsOfJobs(sql, [dialerJobId]);
  const campaign = await lockCampaign(sql, { campaignId, beforePlacing: fault === 'account' });
  if (!(await refundAttempt(sql, { dialerJobId, code, pauseSeconds, isAccepted, tenantIds }))) return false;
  if (campaign) await noteProviderRejection(sql, { campaignId, code, pauseSeconds });
  if (campaign?.status === 'running' && fault === 'account')
    await pauseLocked(sql, { campaignId, reason: 'provider_account' });
  return true;
}
