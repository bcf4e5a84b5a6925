import { failpoint } from '#config/failpoints.js';
import type { Sql } from '#database/connection/sql.js';
import {
  claimLeads,
  countLiveJobs,
  noteWakeUp,
  type ClaimingCampaign,
} from '#database/statements/engine/claim/claim-due-leads.js';

/**
 * Turns due leads into queued dialer jobs, in the transaction that has locked the campaign and computed its hours.
 *
 * 1. Count the campaign's live jobs and what the operator's limits and the caller ids leave.
 * 2. Claim as many due leads as there are free slots; a lead whose gate is shut is postponed instead.
 * 3. Store when the campaign is to be claimed from next.
 *
 * Safe for any number of callers: live jobs are counted and inserted under the campaign's lock. `max_concurrent_calls`
 * is therefore kept at every commit. SKIP LOCKED passes over leads that a client is editing. The unique index on live
 * jobs per lead rejects a second job.
 */
export async function claimDueLeads(sql: Sql, campaign: ClaimingCampaign, limits: ClaimLimits): Promise<Claim> {
  const before = await countLiveJobs(sql, campaign.id);
  const free = campaign.slots - before.live;
  const hasNumbers = before.numbers_from === null;
  const allowed = before.tenant_free ?? Infinity;
  const wanted = hasNumbers ? Math.min(free, limits.mostQueued - before.queued, allowed) : 0;
  const dialerJobIds = await claim(sql, campaign.id, { wanted, publishPauseSeconds: limits.publishPauseSeconds });
  const isFull = dialerJobIds.length >= free;
  const isAtLimit = dialerJobIds.length >= allowed;
  const isQueueLimited = hasNumbers && !isFull && !isAtLimit && wanted <= dialerJobIds.length;
  const notBefore = [before.numbers_from, isAtLimit ? before.tenant_from : null];
  const wakesUp = await noteWakeUp(sql, campaign.id, { isFull, isQueueLimited, notBefore });
  await failpoint('claim.claimed');
  return { dialerJobIds, isQueueLimited, isDone: !isFull && !wakesUp && before.live + dialerJobIds.length === 0 };
}

/** Claims up to `wanted` leads. A postponed lead uses up no slot: the next leads are asked instead. */
async function claim(
  sql: Sql,
  campaignId: string,
  { wanted, publishPauseSeconds }: { wanted: number; publishPauseSeconds: number },
): Promise<readonly string[]> {
  const claimed: string[] = [];
  for (let most = wanted; most > 0; most = wanted - claimed.length) {
    const { seen, dialer_job_ids } = await claimLeads(sql, { campaignId, most, publishPauseSeconds });
    claimed.push(...dialer_job_ids);
    if (seen < most) break;
  }
  return claimed;
}

export interface ClaimLimits {
  /** Seconds after which a job that is still queued is published again. */
  readonly publishPauseSeconds: number;
  /** Queued jobs that one campaign may have, so that they do not delay the jobs of other campaigns. */
  readonly mostQueued: number;
}

export interface Claim {
  readonly dialerJobIds: readonly string[];
  /** Slots are free and leads are due, but the campaign has as many queued jobs as it may have. */
  readonly isQueueLimited: boolean;
  /** No dialer job is live, and no lead waits now or later. */
  readonly isDone: boolean;
}

export const NOTHING_CLAIMED: Claim = { dialerJobIds: [], isQueueLimited: false, isDone: false };
