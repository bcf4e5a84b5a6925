import { ANSWER_BOUNDS, parseBounded } from '#runtime/bounded-json.js';
import type { CallEvent } from '#rules/call/call-report.js';
import { LONGEST_THROTTLE_SECONDS, toldCallSeconds, toldPause } from '#rules/call/told-values.js';
import type { VoicemailAction } from '#rules/call/voicemail-action.js';
import type { CallReference, ListedCall, PlaceCallRequest } from '../port/telephony-provider.js';

/** A create request counts as unanswered after this long; the carrier refuses it from then on. */
export const CREATE_TIMEOUT_SECONDS = 15;

/** A create request as it travels. */
export interface CreateCallBody {
  readonly dialer_job_id: string;
  readonly to: string;
  /** Which attempt to reach the person it is, from 1. */
  readonly attempt: number;
  /** Beyond this instant, by the carrier's clock, nothing rings any more. */
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

/** Counted from the commit of the attempt by the database's clock, so that no worker's clock matters. */
export function validUntil({ placedAt }: Pick<CallReference, 'placedAt'>): Date {
  return new Date(placedAt.getTime() + CREATE_TIMEOUT_SECONDS * 1000);
}

const TIMES = ['occurredAt', 'callbackAt', 'startedAt'] as const;

/** An event as it travels: JSON with its times in ISO 8601. */
export function encodeEvent(event: CallEvent): string {
  return JSON.stringify(event);
}

/** Null for what is no event. */
export function decodeEvent(text: string): CallEvent | null {
  const value = parsed(text) as Record<string, unknown> | null;
  if (typeof value?.['eventKey'] !== 'string' || typeof value['dialerJobId'] !== 'string') return null;
  const times = TIMES.flatMap((name) => (typeof value[name] === 'string' ? [[name, new Date(value[name])]] : []));
  return withinBounds({ ...value, ...Object.fromEntries(times) } as CallEvent);
}

/** What an event says of ages and pauses, where a call and a throttle can have them. */
function withinBounds({ ageSeconds, notPlaced, ...event }: CallEvent): CallEvent {
  const age = toldCallSeconds(ageSeconds);
  const retryAfterSeconds = toldPause(notPlaced?.retryAfterSeconds, LONGEST_THROTTLE_SECONDS);
  return {
    ...event,
    ...(age !== undefined && { ageSeconds: age }),
    ...(notPlaced && {
      notPlaced: { fault: notPlaced.fault, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
    }),
  };
}

/** Calls as they travel: a JSON array. */
export function encodeListing(calls: readonly ListedCall[]): string {
  return JSON.stringify(calls.map(({ event, ...call }) => ({ ...call, event: encodeEvent(event) })));
}

/** Null for what is no listing. */
export function decodeListing(text: string): ListedCall[] | null {
  const value = parsed(text);
  if (!Array.isArray(value)) return null;
  const calls = value.map((one: Record<string, string>) => {
    const event = decodeEvent(one['event'] ?? '');
    return (
      event && {
        to: one['to']!,
        from: null,
        createdAt: new Date(one['createdAt']!),
        dialerJobId: event.dialerJobId,
        event,
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
