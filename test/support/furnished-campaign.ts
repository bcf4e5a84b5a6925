import { randomUUID } from 'node:crypto';
import { AT_ANY_HOUR, dramaNumber } from './running-api.js';
import type { TestDatabase } from './test-database.js';

/** A running campaign with both its slots taken, as the engine would have left it; everything is told by id. */
export interface FurnishedCampaign {
  readonly id: string;
  /** Attempt whose call is in progress: its job is `active`, its call `in_progress`. */
  readonly talking: Attempt;
  /** Claimed: its job `queued`. */
  readonly claimed: Omit<Attempt, 'callId'>;
  /** Reached in its first call. */
  readonly reached: Attempt;
  /** Lead that is due and has not been called yet. */
  readonly waiting: { readonly leadId: string };
}

export interface Attempt {
  readonly leadId: string;
  readonly jobId: string;
  readonly callId: string;
}

/** @param provider of its calls; `from` numbers its four leads. */
export async function furnishCampaign(
  database: TestDatabase,
  { provider, from = 0 }: { provider: string; from?: number },
): Promise<FurnishedCampaign> {
  await database.query(
    `INSERT INTO tenants (id, business_name, uses_rule_packs) VALUES ('t', 'Example Voice Ltd', false)
     ON CONFLICT DO NOTHING`,
  );
  const [campaign] = await database.query<{ id: string }>(
    `
    INSERT INTO campaigns (tenant_id, name, status, system_prompt, voice_id, max_concurrent_calls,
      max_retries, calling_window)
    VALUES ('t', 'Renewals', 'running', 'Ask.', 'aria', 2, 3, $1) RETURNING id`,
    [AT_ANY_HOUR],
  );
  const id = campaign!.id;
  const [talking, claimed, reached, waiting] = await addLeads(
    database,
    id,
    [0, 1, 2, 3].map((n) => dramaNumber(from + n)),
  );
  const furnished = {
    id,
    talking: await addAttempt(database, talking!, {
      provider,
      job: 'active',
      call: 'in_progress',
      lead: 'in_progress',
    }),
    reached: await addAttempt(database, reached!, {
      provider,
      job: 'succeeded',
      call: 'completed',
      lead: 'completed',
      outcome: 'reached',
    }),
    claimed: { leadId: claimed!, jobId: await addQueuedJob(database, claimed!) },
    waiting: { leadId: waiting! },
  };
  await database.query(`UPDATE campaigns SET wake_at = NULL WHERE id = $1`, [id]);
  return furnished;
}

async function addLeads(database: TestDatabase, campaignId: string, numbers: string[]): Promise<string[]> {
  const leads = await database.query<{ id: string }>(
    `INSERT INTO leads (tenant_id, campaign_id, phone_number, number_key, next_attempt_at)
     SELECT 't', $1, n, n, now() - interval '1 second' FROM unnest($2::text[]) n RETURNING id`,
    [campaignId, numbers],
  );
  return leads.map((lead) => lead.id);
}

export async function addQueuedJob(database: TestDatabase, leadId: string): Promise<string> {
  const jobId = randomUUID();
  await database.query(
    `WITH lead AS (UPDATE leads SET status = 'in_progress' WHERE id = $2 RETURNING *)
     INSERT INTO dialer_jobs (id, tenant_id, campaign_id, lead_id, phone_number, publishes, check_at)
     SELECT $1, tenant_id, campaign_id, id, phone_number, 1, now() + interval '5 seconds' FROM lead`,
    [jobId, leadId],
  );
  return jobId;
}

export interface AttemptFacts {
  readonly provider: string;
  readonly job: string;
  readonly call: string;
  readonly lead: string;
  readonly outcome?: string;
}

/**
 * Adds one attempt to reach a lead. It has ended when its job's status is a final one; otherwise it began a minute ago.
 */
export async function addAttempt(database: TestDatabase, leadId: string, facts: AttemptFacts): Promise<Attempt> {
  const [jobId, callId] = [randomUUID(), randomUUID()];
  const isLive = ['dialing', 'active', 'unconfirmed'].includes(facts.job);
  await database.query(
    `UPDATE leads SET status = $2, call_attempts = call_attempts + 1, outcome = $3, last_called_at = now()
     WHERE id = $1`,
    [leadId, facts.lead, facts.outcome ?? null],
  );
  await database.query(
    `INSERT INTO dialer_jobs (id, tenant_id, campaign_id, lead_id, phone_number,
       status, publishes, created_at, dialing_at, deadline_at, check_at, finished_at)
     SELECT $1, tenant_id, campaign_id, id, phone_number, $3, 1, now() - interval '60 seconds',
       now() - interval '59 seconds',
       now() + interval '600 seconds', CASE WHEN $4 THEN now() + interval '30 seconds' END,
       CASE WHEN NOT $4 THEN now() END
     FROM leads WHERE id = $2`,
    [jobId, leadId, facts.job, isLive],
  );
  await database.query(
    `INSERT INTO calls (id, tenant_id, campaign_id, lead_id, dialer_job_id, attempt, phone_number, number_key, status,
      outcome, provider, provider_call_id,
       started_at, duration_seconds, cost)
     SELECT $1::uuid, tenant_id, campaign_id, id, $3, call_attempts, phone_number, number_key, $4, $5, $6,
       'call-' || $1, now() - interval '59 seconds',
       CASE WHEN NOT $7 THEN 42 END, CASE WHEN NOT $7 THEN 0.1234 END
     FROM leads WHERE id = $2`,
    [callId, leadId, jobId, facts.call, facts.outcome ?? null, facts.provider, isLive],
  );
  return { leadId, jobId, callId };
}
