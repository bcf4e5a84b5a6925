import { gatesReopenedBy } from '#rules/gate/gate.js';
import type { Sql } from '../../connection/sql.js';
import { releaseBlocked } from '../engine/claim/release-blocked.js';

/** What of a campaign can be changed, as columns; what is left out stays. */
export type CampaignEdits = Readonly<Record<string, unknown>>;

const EDITABLE = `name, description, system_prompt, voice_id, first_message, max_concurrent_calls, retry_failed, max_retries,
  ring_timeout_seconds, max_call_seconds, retry_policy, min_gap_seconds, start_at, end_at, default_country, calling_window,
  blackout_dates, skips_public_holidays, requires_consent, telephony_account_id, from_number,
  language, record_calls, voicemail_action, disclosure, recording_notice`;

/** A new draft. @returns its id. */
export async function createCampaign(
  sql: Sql,
  tenantId: string,
  { name, system_prompt, voice_id, is_test = false, ...edits }: NewCampaign & CampaignEdits,
): Promise<string> {
  const [row] = await sql.run<{ id: string }>(CREATE, [tenantId, name, system_prompt, voice_id, is_test]);
  await sql.run(EDIT, [row!.id, JSON.stringify(edits)]);
  return row!.id;
}

export interface NewCampaign {
  readonly name: string;
  readonly system_prompt: string;
  readonly voice_id: string;
  /** Stays as it is. */
  readonly is_test?: boolean;
}

const CREATE = {
  name: 'create-campaign',
  text: `
    INSERT INTO campaigns (tenant_id, name, system_prompt, voice_id, is_test) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
};

/**
 * Locks a campaign so that nobody places a call meanwhile, and changes it; a running one is looked at again at once.
 * @returns how many dialer jobs of it are live, and how many may be; undefined when there is no such campaign.
 */
export async function editCampaign(
  sql: Sql,
  { campaignId, edits }: { campaignId: string; edits: CampaignEdits },
): Promise<{ live: number; slots: number } | undefined> {
  await sql.run(LOCK, [campaignId]);
  await sql.run(EDIT, [campaignId, JSON.stringify(edits)]);
  await releaseBlocked(sql, { campaignIds: [campaignId], gates: gatesReopenedBy('campaign', edits) });
  const [row] = await sql.run<{ live: number; slots: number }>(SLOTS, [campaignId]);
  return row;
}

const LOCK = { name: 'edit-campaign-lock', text: `SELECT id FROM campaigns WHERE id = $1 FOR UPDATE` };

const EDIT = {
  name: 'edit-campaign',
  text: `
    UPDATE campaigns k SET
      (${EDITABLE}) = (SELECT ${EDITABLE} FROM jsonb_populate_record(k, $2::jsonb)),
      wake_at = CASE WHEN k.status = 'running' THEN now() ELSE k.wake_at END
    WHERE k.id = $1`,
};

const SLOTS = {
  name: 'edit-campaign-slots',
  text: `
    SELECT k.max_concurrent_calls AS slots, (SELECT count(*)::int FROM dialer_jobs j
      WHERE j.campaign_id = k.id AND j.status IN ('queued', 'dialing', 'active', 'unconfirmed')) AS live
    FROM campaigns k WHERE k.id = $1`,
};
