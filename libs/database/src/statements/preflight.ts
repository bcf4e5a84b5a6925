import { GATES_AT_PREFLIGHT, type Gate } from '#rules/gate.js';
import type { Sql } from '../sql.js';
import { allowMinutes, MINUTES_TIMEOUT_MS } from './allow-minutes.js';
import { campaignGates, firstShut, GATE_SURROUNDINGS, untilOfNamed } from './gates.js';

export interface PreflightRow {
  readonly country: string | null;
  readonly region: string | null;
  readonly zones: readonly string[];
  readonly shut: Gate | null;
  readonly contacts: number;
  /** Milliseconds since 1970, Infinity for never. */
  readonly due_at: number;
}

/**
 * What every waiting lead of a campaign waits for, by place, gate and day: about 9 µs a lead, as each is asked what the
 * claim would ask. Run in a transaction of its own; the leads' places have been looked up.
 */
export async function preflight(sql: Sql, campaignId: string): Promise<PreflightRow[]> {
  await allowMinutes(sql);
  return sql.run<PreflightRow>(PREFLIGHT, [campaignId]);
}

/**
 * `OFFSET 0` has each lead asked once: PostgreSQL would write the question wherever its answer is used, which takes
 * five times as long.
 */
const PREFLIGHT = {
  name: 'preflight',
  timeoutMs: MINUTES_TIMEOUT_MS,
  text: `
    WITH ${campaignGates('k.id = $1')}
    SELECT p.country, p.region, p.zones, waiting.shut, waiting.contacts, (extract(epoch FROM waiting.due_at) * 1000)::float8 AS due_at
    FROM (
      SELECT l.place_id, gate.shut, count(*)::int AS contacts, min(at.due) AS due_at
      FROM leads l ${GATE_SURROUNDINGS}
      CROSS JOIN LATERAL (SELECT ${firstShut(GATES_AT_PREFLIGHT)} AS shut OFFSET 0) gate
      CROSS JOIN LATERAL (SELECT greatest(now(), l.next_attempt_at, ${untilOfNamed('gate.shut', GATES_AT_PREFLIGHT)}) AS due OFFSET 0) at
      WHERE l.campaign_id = $1 AND l.status = 'pending'
      GROUP BY l.place_id, gate.shut, at.due = 'infinity', at.due > now(), CASE WHEN at.due < 'infinity' THEN at.due > now() + interval '1 day' END
    ) waiting JOIN places p ON p.id = waiting.place_id`,
};

/** Of the variables, those that some waiting leads have no value for, and how many. */
export function missingVariables(
  sql: Sql,
  campaignId: string,
  variables: readonly string[],
): Promise<{ variable: string; contacts: number }[]> {
  return sql.run(MISSING, [campaignId, variables]);
}

const MISSING = {
  name: 'missing-variables',
  timeoutMs: MINUTES_TIMEOUT_MS,
  text: `
    SELECT v AS variable, count(*)::int AS contacts FROM leads l CROSS JOIN unnest($2::text[]) AS v
    WHERE l.campaign_id = $1 AND l.status IN ('pending', 'in_progress') AND coalesce(CASE v
      WHEN 'phone_number' THEN l.phone_number WHEN 'first_name' THEN l.first_name WHEN 'last_name' THEN l.last_name
      WHEN 'email' THEN l.email ELSE l.custom_fields #>> (string_to_array(v, '.'))[2:] END, '') = ''
    GROUP BY v ORDER BY v`,
};
