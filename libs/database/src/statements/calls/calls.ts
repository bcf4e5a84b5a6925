import type { ConversationTurn } from '#rules/call/call-report.js';
import { columnsOf } from '../../entities/columns.js';
import { Call, CALL_DETAIL_COLUMNS, CALL_ENGINE_COLUMNS, type CallRow } from '../../entities/call.entity.js';
import { Recording } from '../../entities/recording.entity.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';

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

/** Finds the transcript and the turns of a call. `messages` is null if there are no turns. */
export async function findTranscript(
  { manager }: Transaction,
  { tenantId, callId }: OwnedCall,
): Promise<TranscriptRow | null> {
  const call = await manager
    .createQueryBuilder(Call, 'call')
    .leftJoin('call.conversation', 'conversation')
    .select(['call.id', 'call.transcript', 'conversation.id', 'conversation.messages'])
    .where({ tenant_id: tenantId, id: callId })
    .getOne();
  if (call === null) return null;
  const messages = call.conversation?.messages ?? [];
  return { call_id: call.id, transcript: call.transcript, messages: messages.length === 0 ? null : messages };
}

export interface RecordingRow {
  readonly provider: string;
  readonly source_url: string;
  /** Telephony account that the call was placed over; null: the installation's own. */
  readonly telephony_account_id: string | null;
  readonly is_test: boolean;
}

/** Finds the recording of a call, unless its person was erased. */
export async function findRecording(
  { manager }: Transaction,
  { tenantId, callId }: OwnedCall,
): Promise<RecordingRow | null> {
  const recording = await manager
    .createQueryBuilder(Recording, 'recording')
    .innerJoin('recording.call', 'call')
    .select(['recording.id', 'recording.provider', 'recording.source_url'])
    .addSelect(['call.id', 'call.telephony_account_id', 'call.is_test'])
    .where({ tenant_id: tenantId, call_id: callId, is_erased: false })
    .getOne();
  if (!recording?.call) return null;
  const { telephony_account_id, is_test } = recording.call;
  return { provider: recording.provider, source_url: recording.source_url, telephony_account_id, is_test };
}
