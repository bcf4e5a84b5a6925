import { dialerJobStatusesExcept, UNACCEPTED_DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import type { Sql } from '../../../connection/sql.js';
import { sqlList } from '../../parts/sql-list.js';

/** A call report to store; `detail` is what it says beyond the status. */
export interface NewCallReport {
  readonly call_id: string;
  readonly tenant_id: string;
  readonly report_key: string;
  readonly status: string | null;
  readonly detail: Record<string, unknown>;
  readonly occurred_at: string;
}

/**
 * Inserts call reports; a report that is stored already is skipped.
 * @returns the keys (`call_id report_key`) of the new ones.
 */
export async function insertCallReports(sql: Sql, reports: readonly NewCallReport[]): Promise<Set<string>> {
  const rows = await sql.run<{ key: string }>(INSERT_REPORTS, [JSON.stringify(reports)]);
  return new Set(rows.map((row) => row.key));
}

const INSERT_REPORTS = {
  name: 'insert-call-reports',
  text: `
    INSERT INTO call_reports (call_id, report_key, tenant_id, status, detail, occurred_at)
    SELECT call_id, report_key, tenant_id, status, detail, occurred_at FROM jsonb_to_recordset($1::jsonb) AS r (
      call_id uuid, report_key text, tenant_id text, status text, detail jsonb, occurred_at timestamptz)
    ON CONFLICT (call_id, report_key) DO NOTHING
    RETURNING call_id || ' ' || report_key AS key`,
};

/** The facts now known of a call that the caller has locked. */
export interface CallUpdate {
  readonly call_id: string;
  readonly status: string;
  readonly is_presumed: boolean;
  readonly provider_call_id: string | null;
  readonly answered_by: string | null;
  readonly outcome: string | null;
  readonly end_reason: string | null;
  readonly answered_at: string | null;
  readonly ended_at: string | null;
  readonly duration_seconds: number | null;
  readonly cost: string | null;
  readonly transcript: string | null;
  readonly summary: string | null;
  readonly recording_url: string | null;
  readonly callback_at: string | null;
  readonly first_words_said: string | null;
}

/**
 * Writes calls, and moves their dialer jobs from `dialing` or `unconfirmed` to `active`. A report proves that the
 * provider has the call.
 */
export async function updateCalls(sql: Sql, calls: readonly CallUpdate[], nextCheckSeconds: number): Promise<void> {
  await sql.run(UPDATE_CALLS, [JSON.stringify(calls), nextCheckSeconds]);
}

const UPDATE_CALLS = {
  name: 'update-calls',
  text: `
    WITH fact AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS f (
        call_id uuid, status text, is_presumed boolean, provider_call_id text, answered_by text, outcome text,
          end_reason text, answered_at timestamptz,
        ended_at timestamptz, duration_seconds int, cost numeric, transcript text, summary text, recording_url text,
          callback_at timestamptz,
        first_words_said text)
    ), call AS (
      UPDATE calls c SET
        status = f.status, is_presumed = f.is_presumed, provider_call_id = f.provider_call_id,
        answered_by = f.answered_by, outcome = f.outcome,
        end_reason = left(f.end_reason, 255), answered_at = f.answered_at, ended_at = f.ended_at,
        duration_seconds = f.duration_seconds, cost = f.cost, transcript = f.transcript, summary = f.summary,
        recording_url = f.recording_url, callback_at = f.callback_at, first_words_said = f.first_words_said
      FROM fact f WHERE c.id = f.call_id RETURNING c.dialer_job_id
    )
    UPDATE dialer_jobs j SET status = 'active', check_at = now() + $2 * interval '1 second'
    FROM call WHERE j.id = call.dialer_job_id
      AND j.status NOT IN (${sqlList(dialerJobStatusesExcept(...UNACCEPTED_DIALER_JOB_STATUSES))})`,
};

/**
 * Conversation and recording of a call. What is stored stays, except a conversation that was stored while it went on.
 */
export interface CallMedia {
  readonly call_id: string;
  readonly tenant_id: string;
  readonly provider: string;
  readonly messages: readonly unknown[] | null;
  readonly recording_source_url: string | null;
}

export async function insertCallMedia(sql: Sql, media: readonly CallMedia[]): Promise<void> {
  await sql.run(INSERT_MEDIA, [JSON.stringify(media)]);
}

const INSERT_MEDIA = {
  name: 'insert-call-media',
  text: `
    WITH media AS (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS m (
        call_id uuid, tenant_id text, provider text, messages jsonb, recording_source_url text)
    ), conversation AS (
      INSERT INTO conversations AS kept (tenant_id, call_id, messages)
      SELECT tenant_id, call_id, messages FROM media WHERE messages IS NOT NULL
      ON CONFLICT (call_id) DO UPDATE SET messages = EXCLUDED.messages, status = EXCLUDED.status
        WHERE kept.status = 'in_progress'
    )
    INSERT INTO recordings (tenant_id, call_id, provider, source_url)
    SELECT tenant_id, call_id, provider, recording_source_url FROM media WHERE recording_source_url IS NOT NULL
    ON CONFLICT (call_id) DO NOTHING`,
};
