import type { ConversationTurn } from '#rules/call/call-report.js';
import { columnsOf } from '../../entities/columns.js';
import { Call, CALL_DETAIL_COLUMNS, CALL_ENGINE_COLUMNS, type CallRow } from '../../entities/call.entity.js';
import type { Sql } from '../../connection/sql.js';

const LISTED = columnsOf(Call, [...CALL_ENGINE_COLUMNS, ...CALL_DETAIL_COLUMNS, 'cost']);

/** Columns of a `CallListRow`. */
export const CALL_LIST_COLUMNS = [...LISTED, 'cost::float8 AS cost'].join(', ');

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
    SELECT ${CALL_LIST_COLUMNS}, ${CALL_DETAIL_COLUMNS.join(', ')},
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
    SELECT c.id AS call_id, c.transcript, nullif(v.messages, '[]') AS messages FROM calls c
      LEFT JOIN conversations v ON v.call_id = c.id
    WHERE c.tenant_id = $1 AND c.id = $2`,
};

export interface RecordingRow {
  readonly provider: string;
  readonly source_url: string;
  /** Telephony account that the call was placed over; null: the installation's own. */
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
