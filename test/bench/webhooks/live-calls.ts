import { randomUUID } from 'node:crypto';
import type { BenchDatabase } from '../site/bench-database.js';

export interface LiveCall {
  readonly jobId: string;
  readonly callSid: string;
  readonly phoneNumber: string;
}

/** Counts of rows that the calls have left, to be read once Twilio has sent all webhooks. */
export interface ToldCalls {
  readonly events: number;
  readonly completed: number;
  readonly recorded: number;
  readonly reached: number;
  readonly live: number;
}

/** Calls in progress in campaigns of their own, as the worker leaves them once Twilio has accepted them. */
export class LiveCalls {
  private constructor(
    private readonly database: BenchDatabase,
    readonly campaignIds: readonly string[],
    readonly calls: readonly LiveCall[],
  ) {}

  /**
   * Spreads the calls over the campaigns in turn. Statistics are gathered, as PostgreSQL does by itself within a
   * minute: plans do not outlive them.
   */
  static async place(
    database: BenchDatabase,
    besideId: string,
    { count, campaigns }: { count: number; campaigns: number },
  ): Promise<LiveCalls> {
    const calls = Array.from({ length: count }, (_, n) => ({
      jobId: randomUUID(),
      callSid: `CA${randomUUID().replaceAll('-', '')}`,
      phoneNumber: `+1212${String(2_000_000 + n).padStart(7, '0')}`,
    }));
    const campaignIds: string[] = [];
    for (let n = 0; n < campaigns; n++) {
      const { campaignId, placeId } = await database.insertEmptyCampaign(besideId);
      const own = calls.filter((_, index) => index % campaigns === n);
      await database.query(PLACE, [campaignId, placeId, JSON.stringify(own)]);
      campaignIds.push(campaignId);
    }
    await database.query(`UPDATE campaigns SET status = 'running' WHERE id = ANY($1)`, [campaignIds]);
    await database.query('ANALYZE campaigns, leads, dialer_jobs, calls, campaign_tallies');
    return new LiveCalls(database, campaignIds, calls);
  }

  async told(): Promise<ToldCalls> {
    const [row] = await this.database.query<ToldCalls & { [column: string]: unknown }>(TOLD, [this.campaignIds]);
    return row!;
  }

  /** Returns a text that changes with every row that a provider webhook may change. */
  async fingerprint(): Promise<string> {
    const [row] = await this.database.query<{ fingerprint: string }>(FINGERPRINT, [this.campaignIds]);
    return row!.fingerprint;
  }

  /** A later run may call the same numbers. */
  async remove(): Promise<void> {
    await this.database.query('DELETE FROM campaigns WHERE id = ANY($1)', [this.campaignIds]);
  }
}

const PLACE = `
  WITH placed AS (
    SELECT * FROM jsonb_to_recordset($3::jsonb) AS p ("jobId" uuid, "callSid" text, "phoneNumber" text)
  ), lead AS (
    INSERT INTO leads (tenant_id, campaign_id, area_id, phone_number, number_key, status, call_attempts,
      last_called_at)
    SELECT k.tenant_id, k.id, $2, p."phoneNumber", p."phoneNumber", 'in_progress', 1, now() FROM placed p, campaigns k
      WHERE k.id = $1
    RETURNING id, tenant_id, campaign_id, phone_number
  ), job AS (
    INSERT INTO dialer_jobs (id, tenant_id, campaign_id, lead_id, phone_number, status, publishes, dialing_at,
      deadline_at, check_at)
    SELECT p."jobId", l.tenant_id, l.campaign_id, l.id, l.phone_number, 'active', 1, now(), now() + interval '1 hour',
      now() + interval '1 hour'
    FROM lead l JOIN placed p ON p."phoneNumber" = l.phone_number
    RETURNING id, tenant_id, campaign_id, lead_id, phone_number
  )
  INSERT INTO calls (tenant_id, campaign_id, lead_id, dialer_job_id, attempt, phone_number, number_key, provider,
    provider_call_id,
    started_at)
  SELECT j.tenant_id, j.campaign_id, j.lead_id, j.id, 1, j.phone_number, j.phone_number, 'twilio', p."callSid", now()
  FROM job j JOIN placed p ON p."jobId" = j.id`;

const TOLD = `
  SELECT (SELECT count(*)::int FROM call_reports e JOIN calls c ON c.id = e.call_id
      WHERE c.campaign_id = ANY($1)) AS events,
    (SELECT count(*)::int FROM calls
      WHERE campaign_id = ANY($1) AND status = 'completed' AND answered_by = 'human') AS completed,
    (SELECT count(*)::int FROM recordings r JOIN calls c ON c.id = r.call_id
      WHERE c.campaign_id = ANY($1)) AS recorded,
    (SELECT count(*)::int FROM leads
      WHERE campaign_id = ANY($1) AND status = 'completed' AND outcome = 'reached') AS reached,
    (SELECT count(*)::int FROM dialer_jobs WHERE campaign_id = ANY($1) AND check_at IS NOT NULL) AS live`;

const FINGERPRINT = `
  SELECT md5(string_agg(line, ' ' ORDER BY line)) AS fingerprint FROM (
    SELECT c::text AS line FROM calls c WHERE campaign_id = ANY($1)
    UNION ALL SELECT l::text FROM leads l WHERE campaign_id = ANY($1)
    UNION ALL SELECT j::text FROM dialer_jobs j WHERE campaign_id = ANY($1)
    UNION ALL SELECT e::text FROM call_reports e JOIN calls c ON c.id = e.call_id WHERE c.campaign_id = ANY($1)
    UNION ALL SELECT r::text FROM recordings r JOIN calls c ON c.id = r.call_id WHERE c.campaign_id = ANY($1)
    UNION ALL SELECT concat_ws(' ', calls_completed, calls_failed, total_leads) FROM campaigns
      WHERE id = ANY($1)) lines`;
