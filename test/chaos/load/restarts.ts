import type { ChaosCampaign } from './campaign.js';

/** While none of those who wait may ever be called as things stand, a start is refused. */
export const NOBODY_TO_CALL = 409;

/**
 * Contacts that are added to a campaign that has completed wait for another start; one that went unanswered may have
 * done nothing.
 */
export async function startAgain(campaign: ChaosCampaign): Promise<void> {
  while ((await campaign.status()) === 'completed') {
    const answer = await campaign.inTurn(() => campaign.command('start'));
    if (answer?.status === NOBODY_TO_CALL) return;
  }
}

/**
 * SQL: whether somebody of campaign k waits who will be called. People of whom nobody knows the zone are called by
 * nobody, and those without a consent wait until they give one, while their campaign stays open.
 */
export const SOMEBODY_WAITS = `
  EXISTS (SELECT FROM leads l LEFT JOIN areas p ON p.id = l.area_id WHERE l.campaign_id = k.id AND l.status = 'pending'
    AND NOT (k.requires_consent AND l.block_code IS NOT DISTINCT FROM 'no_consent')
    AND (p.id IS NULL OR jsonb_array_length(p.zones) > 0))`;
