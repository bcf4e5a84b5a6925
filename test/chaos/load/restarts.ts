import type { ChaosCampaign } from './campaign.js';

/** Status with which the API refuses a start while no waiting lead may ever be called. */
export const NOBODY_TO_CALL = 409;

/**
 * Starts a completed campaign again, since contacts that were added later wait for that. A start without an answer is
 * repeated: it may have done nothing.
 */
export async function startAgain(campaign: ChaosCampaign): Promise<void> {
  while ((await campaign.status()) === 'completed') {
    const answer = await campaign.inTurn(() => campaign.command('start'));
    if (answer?.status === NOBODY_TO_CALL) return;
  }
}

/**
 * SQL: whether a lead of campaign k waits that will be called. Leads of whom nobody knows the zone are never called.
 * Leads without a consent wait until they give one, while their campaign stays open.
 */
export const SOMEBODY_WAITS = `
  EXISTS (SELECT FROM leads l LEFT JOIN areas p ON p.id = l.area_id WHERE l.campaign_id = k.id AND l.status = 'pending'
    AND NOT (k.requires_consent AND l.block_code IS NOT DISTINCT FROM 'no_consent')
    AND (p.id IS NULL OR jsonb_array_length(p.zones) > 0))`;
