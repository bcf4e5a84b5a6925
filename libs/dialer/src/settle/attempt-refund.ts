import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { lockBudgetsOfJobs } from '#database/statements/engine/place/minutes-budget.js';
import { noteProviderRejection } from '#database/statements/engine/place/note-provider-rejection.js';
import { refundAttempt } from '#database/statements/engine/settle/refund-attempt.js';
import { toldPause } from '#rules/call/told-values.js';
import { pauseLocked } from '../campaigns/campaign-pause.js';
import { Dispatcher } from '../publish/dispatcher.js';

/** Seconds until a refunded attempt is due again. A campaign with a rejected account waits for an operator anyway. */
const PAUSE_SECONDS = 10;

/** Least seconds until a refunded attempt is due again, for a provider that says "at once". */
const SHORTEST_PAUSE_SECONDS = 1;

export interface ProviderRejection {
  readonly fault: 'throttle' | 'account';
  readonly code: string;
  readonly retryAfterSeconds?: number;
  /** True if the provider had accepted the call before it rejected it. */
  readonly isAccepted: boolean;
}

export interface UntakenAttempt {
  readonly dialer_job_id: string;
  readonly campaign_id: string;
}

/**
 * Refunds attempts that a provider rejected through no fault of the lead. No phone rang, so the attempt does not count.
 */
@Injectable()
export class AttemptRefund {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
  ) {}

  /**
   * Refunds an attempt. A fault of the account (credentials, credit, settings) pauses the campaign until a person has
   * looked.
   * @returns false if the attempt was refunded before.
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
