import type { LockedCall } from '#database/statements/engine/locks/lock-calls.js';
import type { CallMedia, CallUpdate, NewCallReport } from '#database/statements/engine/record/write-calls.js';
import type { CallReport } from '#rules/call/call-report.js';
import type { CallChange } from '../settle/call-change.js';

export function toNewCallReport(call: LockedCall, report: CallReport): NewCallReport {
  return {
    call_id: call.call_id,
    tenant_id: call.tenant_id,
    report_key: report.reportKey,
    status: report.status ?? null,
    detail: detailOf(report),
    occurred_at: report.occurredAt.toISOString(),
  };
}

/** Returns what a report says beyond its status. The call keeps the long texts. */
function detailOf(report: CallReport): Record<string, unknown> {
  const { answeredBy, outcome, endReason, durationSeconds, cost, providerCallId } = report;
  const detail = {
    answered_by: answeredBy,
    outcome,
    end_reason: endReason,
    duration_seconds: durationSeconds,
    cost,
    provider_call_id: providerCallId ?? undefined,
  };
  return Object.fromEntries(Object.entries(detail).filter(([, value]) => value !== undefined));
}

export function toCallUpdate({ before, facts, firstWordsSaid }: CallChange): CallUpdate {
  return {
    call_id: before.call_id,
    status: facts.status,
    is_presumed: facts.isPresumed,
    provider_call_id: facts.providerCallId,
    answered_by: facts.answeredBy,
    outcome: facts.outcome,
    end_reason: facts.endReason,
    answered_at: facts.answeredAt?.toISOString() ?? null,
    ended_at: facts.endedAt?.toISOString() ?? null,
    duration_seconds: facts.durationSeconds,
    cost: facts.cost,
    transcript: facts.transcript,
    summary: facts.summary,
    callback_at: facts.callbackAt?.toISOString() ?? null,
    first_words_said: firstWordsSaid,
    recording_url: facts.recordingUrl && `/api/v1/calls/${before.call_id}/recording`,
  };
}

/** Returns the conversation and the recording of a call; null if the reports brought neither. */
export function toCallMedia({ before, facts, messages }: CallChange): CallMedia | null {
  const newRecording = before.recording_url ? null : facts.recordingUrl;
  if (!messages && !newRecording) return null;
  return {
    call_id: before.call_id,
    tenant_id: before.tenant_id,
    provider: before.provider,
    messages,
    recording_source_url: newRecording,
  };
}
