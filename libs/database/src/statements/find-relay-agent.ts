import type { Sql } from '../sql.js';

/** Who is on the line, and what the agent shall say to them. */
export interface RelayAgentRow {
  readonly phone_number: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly email: string | null;
  readonly custom_fields: Record<string, unknown>;
  /** IANA. */
  readonly timezone: string | null;
  readonly system_prompt: string;
  readonly first_message: string | null;
  readonly max_call_seconds: number;
  readonly answered_at: Date | null;
}

/** Undefined for a dialer job whose call is not, or no longer, on the line. */
export async function findRelayAgent(sql: Sql, dialerJobId: string): Promise<RelayAgentRow | undefined> {
  const [row] = await sql.run<RelayAgentRow>(FIND, [dialerJobId]);
  return row;
}

const FIND = {
  name: 'find-relay-agent',
  text: `
    SELECT c.phone_number, l.first_name, l.last_name, l.email, coalesce(l.custom_fields, '{}') AS custom_fields, l.timezone,
      k.system_prompt, k.first_message, k.max_call_seconds, c.answered_at
    FROM calls c JOIN leads l ON l.id = c.lead_id JOIN campaigns k ON k.id = c.campaign_id
    WHERE c.dialer_job_id = $1 AND c.status IN ('initiated', 'ringing', 'in_progress') AND l.erased_at IS NULL`,
};
