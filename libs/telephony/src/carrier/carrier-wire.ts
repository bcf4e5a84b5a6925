import { ANSWER_BOUNDS, parseBounded } from '#runtime/bounded-json.js';
import type { CallReport } from '#rules/call/call-report.js';
import { LONGEST_THROTTLE_SECONDS, toldCallSeconds, toldPause } from '#rules/call/told-values.js';
import type { VoicemailAction } from '#rules/call/voicemail-action.js';
import type { CallReference, ListedCall, PlaceCallRequest } from '../port/telephony-provider.js';
import { plusSeconds } from '#rules/values/plus-seconds.js';

/**
 * Seconds after which a worker gives up waiting for the answer to a create request. The carrier rejects the request
 * from then on.
 */
export const CREATE_TIMEOUT_SECONDS = 15;

/** Body of a create request over HTTP. */
export interface CreateCallBody {
  readonly dialer_job_id: string;
  readonly to: string;
  /** Number of this attempt to reach the person, from 1. */
  readonly attempt: number;
  /** Instant after which no phone may ring any more, by the carrier's clock. */
  readonly valid_until: string;
  readonly ring_timeout_seconds: number;
  readonly max_call_seconds: number;
  readonly agent: { system_prompt: string; voice_id: string; first_message: string | null; language: string | null };
  readonly record_call: boolean;
  readonly voicemail_action: VoicemailAction;
  readonly person: { first_name: string | null; last_name: string | null };
}

export function toCreateBody(request: PlaceCallRequest): CreateCallBody {
  return {
    dialer_job_id: request.dialerJobId,
    to: request.to,
    attempt: request.attempt,
    valid_until: validUntil(request).toISOString(),
    ring_timeout_seconds: request.ringTimeoutSeconds,
    max_call_seconds: request.maxCallSeconds,
    agent: {
      system_prompt: request.agent.systemPrompt,
      voice_id: request.agent.voiceId,
      first_message: request.agent.firstMessage,
      language: request.agent.language,
    },
    record_call: request.recordCall,
    voicemail_action: request.voicemailAction,
    person: { first_name: request.person.firstName, last_name: request.person.lastName },
  };
}

/**
 * Returns the end of a create request's validity. It counts from the commit by the database's clock, so that no
 * worker's clock matters.
 */
export function validUntil({ placedAt }: Pick<CallReference, 'placedAt'>): Date {
  return plusSeconds(placedAt, CREATE_TIMEOUT_SECONDS);
}

const TIMES = ['occurredAt', 'callbackAt', 'startedAt'] as const;

/** Encodes a call report as JSON with its times in ISO 8601. */
export function encodeReport(report: CallReport): string {
  return JSON.stringify(report);
}

/** Returns null for a text that is no call report. */
export function decodeReport(text: string): CallReport | null {
  const value = parsed(text) as Record<string, unknown> | null;
  if (typeof value?.['reportKey'] !== 'string' || typeof value['dialerJobId'] !== 'string') return null;
  const times = TIMES.flatMap((name) => (typeof value[name] === 'string' ? [[name, new Date(value[name])]] : []));
  return withinBounds({ ...value, ...Object.fromEntries(times) } as CallReport);
}

/** Drops an age or a pause that no call and no throttle can have. */
function withinBounds({ ageSeconds, notPlaced, ...report }: CallReport): CallReport {
  const age = toldCallSeconds(ageSeconds);
  const retryAfterSeconds = toldPause(notPlaced?.retryAfterSeconds, LONGEST_THROTTLE_SECONDS);
  return {
    ...report,
    ...(age !== undefined && { ageSeconds: age }),
    ...(notPlaced && {
      notPlaced: { fault: notPlaced.fault, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
    }),
  };
}

/** Encodes a list of calls as a JSON array. */
export function encodeListing(calls: readonly ListedCall[]): string {
  return JSON.stringify(calls.map(({ report, ...call }) => ({ ...call, report: encodeReport(report) })));
}

/** Returns null for a text that is no list of calls. */
export function decodeListing(text: string): ListedCall[] | null {
  const value = parsed(text);
  if (!Array.isArray(value)) return null;
  const calls = value.map((one: Record<string, string>) => {
    const report = decodeReport(one['report'] ?? '');
    return (
      report && {
        to: one['to']!,
        from: null,
        createdAt: new Date(one['createdAt']!),
        dialerJobId: report.dialerJobId,
        report,
      }
    );
  });
  return calls.every((call) => call !== null) ? calls : null;
}

export function parsed(text: string): unknown {
  try {
    return parseBounded(text, ANSWER_BOUNDS);
  } catch {
    return null;
  }
}
