import { expect } from 'vitest';
import type { ApiStage } from './stage.js';

interface Eligibility {
  readonly is_eligible: boolean;
  readonly code: string | null;
  readonly next_eligible_at: string | null;
}

/** The answer of the API to the question why a number of a campaign is not called. */
export async function whyNot(stage: ApiStage, campaignId: string, number: string): Promise<Eligibility> {
  const [lead] = await stage.database.query<{ id: string }>(
    `SELECT id FROM leads WHERE campaign_id = $1 AND phone_number = $2`,
    [campaignId, number],
  );
  const path = `/campaigns/${campaignId}/contacts/${lead!.id}/eligibility`;
  const { status, body } = await stage.client.get<Eligibility>(path);
  expect(status).toBe(200);
  return body;
}

/** The contact of a campaign that has this number, as the API lists it. */
export async function contactOf(
  { client }: ApiStage,
  campaignId: string,
  number: string,
): Promise<Record<string, unknown> | undefined> {
  const { body } = await client.get<{ items: Record<string, unknown>[] }>(`/campaigns/${campaignId}/contacts`);
  return body.items.find(({ phone_number }) => phone_number === number);
}
