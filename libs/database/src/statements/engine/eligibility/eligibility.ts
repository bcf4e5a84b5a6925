import type { CampaignStatus } from '#rules/campaign/campaign-status.js';
import type { FirstWords } from '#rules/first-words/first-words.js';
import { GATE_NAMES, type Gate } from '#rules/gate/gate.js';
import type { LeadStatus } from '#rules/lead/lead-status.js';
import type { Sql } from '../../../connection/sql.js';
import { FIRST_WORDS } from './first-words.js';
import { ALLOWED_COUNTRIES, campaignGates, GATE_SURROUNDINGS, untilOf } from './gates.js';

type Untils = Readonly<Record<Gate, number | null>>;

/** Facts that decide whether one lead may be called. Times are milliseconds since 1970, Infinity for never. */
export interface EligibilityRow extends Untils {
  readonly now: number;
  readonly campaign_status: CampaignStatus;
  readonly is_halted: boolean;
  readonly lead_status: LeadStatus;
  readonly due_at: number;
  readonly phone_number: string;
  readonly timezone: string | null;
  /** The hours in the lead's area are known and have not ended. */
  readonly has_hours: boolean;
  /** The present rules have judged the number; a claim judges numbers that an earlier version stored. */
  readonly is_judged: boolean;
  /** Countries that may be called over the campaign's route; null: not stated. */
  readonly allowed_countries: readonly string[] | null;
  /** Kinds of numbers that the operator allows. */
  readonly allowed_number_kinds: readonly string[];
  /** First words of its call. */
  readonly first_words: FirstWords;
}

/** Asks every gate of one lead, by the claim's conditions; undefined when there is no such lead. */
export async function leadEligibility(
  sql: Sql,
  { tenantId, campaignId, leadId }: { tenantId: string; campaignId: string; leadId: string },
): Promise<EligibilityRow | undefined> {
  const [row] = await sql.run<EligibilityRow>(ELIGIBILITY, [tenantId, campaignId, leadId]);
  return row;
}

function milliseconds(time: string): string {
  return `(extract(epoch FROM (${time})) * 1000)::float8`;
}

const ELIGIBILITY = {
  name: 'lead-eligibility',
  text: `
    WITH ${campaignGates('k.id = $2')}
    SELECT ${milliseconds('now()')} AS now, k.status AS campaign_status, l.status AS lead_status,
      ${milliseconds('l.next_attempt_at')} AS due_at,
      t.dialing_halted_at IS NOT NULL
        OR EXISTS (SELECT FROM installation WHERE dialing_halted_at IS NOT NULL) AS is_halted,
      l.phone_number, l.timezone, coalesce(h.closes_at > now(), false) AS has_hours,
      p.number_kind IS NOT NULL AS is_judged, ${ALLOWED_COUNTRIES} AS allowed_countries, i.allowed_number_kinds,
        ${FIRST_WORDS} AS first_words,
      ${GATE_NAMES.map((gate) => `${milliseconds(untilOf(gate))} AS ${gate}`).join(',\n      ')}
    FROM leads l ${GATE_SURROUNDINGS}
    WHERE l.tenant_id = $1 AND l.campaign_id = $2 AND l.id = $3 AND l.status <> 'removed'`,
};
