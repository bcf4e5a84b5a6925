import type { INestApplicationContext } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { recordAccepted } from '#database/statements/engine/record/record-create-answer.js';
import { CallPlacer } from '#dialer/place/call-placer.js';
import { Dispatcher } from '#dialer/publish/dispatcher.js';
import { lostReport } from '#dialer/conversations/call-conclusions.js';
import { CallRecorder } from '#dialer/record/call-recorder.js';
import type { CallReport } from '#rules/call/call-report.js';
import type { CallStatus } from '#rules/call/call-status.js';
import { eventOf, providerCallIdOf, type ObedientCarrier } from './obedient-carrier.js';
import { AT_ANY_HOUR } from './running-api.js';
import type { TestDatabase } from './test-database.js';

export interface SteppedSite {
  readonly engine: INestApplicationContext;
  readonly database: TestDatabase;
  readonly carrier: ObedientCarrier;
}

interface Terms {
  readonly maxRetries: number;
  readonly phoneNumber: string;
}

/** A lead in a campaign of its own, to which each thing happens when a test says so. */
export class SteppedLead {
  private constructor(
    private readonly site: SteppedSite,
    readonly campaignId: string,
    readonly leadId: string,
  ) {}

  static async create(site: SteppedSite, { maxRetries, phoneNumber }: Terms): Promise<SteppedLead> {
    const [row] = await site.database.query<{ campaign_id: string; id: string }>(
      `WITH tenant AS (
         INSERT INTO tenants (id, business_name, uses_rule_packs, minutes_remaining)
         VALUES ('t', 'Example Voice Ltd', false, 1000000)
         ON CONFLICT (id) DO UPDATE SET business_name = EXCLUDED.business_name RETURNING id
       ), campaign AS (
         INSERT INTO campaigns (tenant_id, name, status, system_prompt, voice_id, max_retries, calling_window)
         SELECT id, 'Renewals', 'running', 'Ask.', 'aria', $1, $2 FROM tenant RETURNING id
       )
       INSERT INTO leads (tenant_id, campaign_id, phone_number, number_key) SELECT 't', id, $3, $3 FROM campaign
         RETURNING id, campaign_id`,
      [maxRetries, AT_ANY_HOUR, phoneNumber],
    );
    return new SteppedLead(site, row!.campaign_id, row!.id);
  }

  /** Has the lead called now, if it waits to be. @returns the queued dialer job; undefined where none is. */
  async claim(): Promise<string | undefined> {
    await this.site.database.query(`UPDATE leads SET next_attempt_at = now() WHERE id = $1 AND status = 'pending'`, [
      this.leadId,
    ]);
    await this.site.engine.get(Dispatcher).dispatch(this.campaignId);
    return this.jobIn('queued');
  }

  /** Places the queued job, if there is one; `unconfirmed`: the carrier does not answer. */
  async dial({ isAnswered }: { isAnswered: boolean }): Promise<string | undefined> {
    const jobId = await this.jobIn('queued');
    if (jobId === undefined) return undefined;
    const { carrier, engine } = this.site;
    carrier.answer = (request) =>
      isAnswered ? carrier.accept(request) : { kind: 'unknown', cause: 'connection reset' };
    await engine.get(CallPlacer).place(jobId);
    return jobId;
  }

  async jobIn(...statuses: string[]): Promise<string | undefined> {
    const [job] = await this.site.database.query<{ id: string }>(
      'SELECT id FROM dialer_jobs WHERE lead_id = $1 AND status = ANY($2)',
      [this.leadId, statuses],
    );
    return job?.id;
  }

  accept(jobId: string): Promise<unknown> {
    const accepted = { dialer_job_id: jobId, provider_call_id: providerCallIdOf(jobId), next_check_seconds: 60 };
    return recordAccepted(this.site.engine.get(Database), [accepted]);
  }

  tell(jobId: string, status: CallStatus, facts: Partial<CallReport> = {}): Promise<unknown> {
    return this.record(eventOf(jobId, status, facts));
  }

  giveUp(jobId: string): Promise<unknown> {
    return this.record(lostReport(jobId, new Date()));
  }

  record(event: CallReport): Promise<unknown> {
    return this.site.engine.get(CallRecorder).record(event);
  }

  async row(): Promise<Record<string, unknown>> {
    const rows = await this.site.database.query('SELECT * FROM leads WHERE id = $1', [this.leadId]);
    return rows[0]!;
  }

  /** The calls of the lead, first to last, each with how its dialer job stands. */
  calls(): Promise<Record<string, unknown>[]> {
    return this.site.database.query(
      `SELECT c.*, j.status AS job_status, j.reason AS job_reason
       FROM calls c JOIN dialer_jobs j ON j.id = c.dialer_job_id
       WHERE c.lead_id = $1 ORDER BY c.attempt`,
      [this.leadId],
    );
  }

  async campaign(): Promise<Record<string, unknown>> {
    const rows = await this.site.database.query('SELECT * FROM campaigns WHERE id = $1', [this.campaignId]);
    return rows[0]!;
  }

  tallies(): Promise<Record<string, unknown>[]> {
    return this.site.database.query(
      'SELECT subject, status, n::int FROM campaign_tallies WHERE campaign_id = $1 AND n <> 0 ORDER BY 1, 2',
      [this.campaignId],
    );
  }
}
