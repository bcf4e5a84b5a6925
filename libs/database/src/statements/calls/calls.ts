import type { ConversationTurn } from '#rules/call/call-report.js';
import type { Call } from '../../entities/call.entity.js';
import type { Sql } from '../../connection/sql.js';

/** A call as a list shows it: without its long texts. */
export type CallListRow = Omit<
  Call,
  'cost' | 'transcript' | 'dialer_job_id' | 'tenant_id' | 'decision' | 'first_words_said' | 'number_key'
> & {
  readonly cost: number | null;
};

export const CALL_LIST_COLUMNS = `id, campaign_id, lead_id, attempt, phone_number, status, outcome, answered_by, end_reason, provider, provider_call_id,
  started_at, answered_at, ended_at, callback_at, duration_seconds, recording_url, summary, telephony_account_id,
    from_number, is_test, cost::float8 AS cost, created_at, updated_at`;

/** A call with all its columns, and the id of its recording. */
export type CallRow = Omit<Call, 'cost' | 'number_key'> & {
  readonly cost: number | null;
  readonly recording_id: string | null;
};

interface OwnedCall {
  readonly tenantId: string;
  readonly callId: string;
}

export async function findCall(sql: Sql, { tenantId, callId }: OwnedCall): Promise<CallRow | undefined> {
  const [call] = await sql.run<CallRow>(FIND, [tenantId, callId]);
  return call;
}

const FIND = {
  name: 'find-call',
  text: `
    SELECT ${CALL_LIST_COLUMNS}, tenant_id, dialer_job_id, transcript, decision, first_words_said,
      (SELECT r.id FROM recordings r WHERE r.call_id = calls.id AND NOT r.is_erased) AS recording_id
    FROM calls WHERE tenant_id = $1 AND id = $2`,
};

export interface TranscriptRow {
  readonly call_id: string;
  readonly transcript: string | null;
  readonly messages: ConversationTurn[] | null;
}

export async function findTranscript(sql: Sql, { tenantId, callId }: OwnedCall): Promise<TranscriptRow | undefined> {
  const [row] = await sql.run<TranscriptRow>(FIND_TRANSCRIPT, [tenantId, callId]);
  return row;
}

const FIND_TRANSCRIPT = {
  name: 'find-transcript',
  text: `
    SELECT c.id AS call_id, c.transcript, nullif(v.messages, '[]') AS messages FROM calls c LEFT JOIN conversations v ON v.call_id = c.id
    WHERE c.tenant_id = $1 AND c.id = $2`,
};

export interface RecordingRow {
  readonly provider: string;
  readonly source_url: string;
  /** Of the account that the call went over. */
  readonly telephony_account_id: string | null;
  readonly is_test: boolean;
}

export async function findRecording(sql: Sql, { tenantId, callId }: OwnedCall): Promise<RecordingRow | undefined> {
  const [row] = await sql.run<RecordingRow>(FIND_RECORDING, [tenantId, callId]);
  return row;
}

const FIND_RECORDING = {
  name: 'find-recording',
  text: `
    SELECT r.provider, r.source_url, c.telephony_account_id, c.is_test FROM recordings r
      JOIN calls c ON c.id = r.call_id
    WHERE r.tenant_id = $1 AND r.call_id = $2 AND NOT r.is_erased`,
};
