import type { CallEvent } from '#rules/call/call-report.js';
import type { CallStatus } from '#rules/call/call-status.js';
import type { CallReference, PlaceCallRequest } from '../../port/telephony-provider.js';
import { PROMPT_PLAYED, type CallEnd, type HangUpCause } from '../engine/call-end.js';

/**
 * A call as it is kept. dialing: asked for · vanished: the engine has it no more, and nobody saw how it ended. All
 * times in ISO 8601.
 */
export interface SipCall {
  readonly dialerJobId: string;
  /** The engine that was asked. */
  readonly engineId: string;
  readonly account: string;
  readonly target: string;
  readonly dialedAt: string;
  readonly ringTimeoutSeconds: number;
  readonly maxCallSeconds: number;
  /** Absent in calls of earlier versions, which kept what was recorded. */
  readonly recordCall?: boolean;
  readonly state: 'dialing' | 'ringing' | 'in_progress' | 'ended' | 'vanished';
  /** The SIP Call-ID. */
  readonly callId: string | null;
  readonly ringingAt: string | null;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  readonly hangUpCause: HangUpCause | null;
  readonly end: CallEnd | null;
  readonly recordingUrl: string | null;
}

export interface Dialing {
  readonly engineId: string;
  readonly account: string;
  readonly target: string;
  readonly now: Date;
}

export function newCall(request: PlaceCallRequest, { now, ...dialing }: Dialing): SipCall {
  const { dialerJobId, ringTimeoutSeconds, maxCallSeconds, recordCall } = request;
  const terms = { dialerJobId, ringTimeoutSeconds, maxCallSeconds, recordCall, dialedAt: now.toISOString() };
  const nothing = { callId: null, ringingAt: null, answeredAt: null, endedAt: null };
  return { ...terms, ...dialing, ...nothing, state: 'dialing', hangUpCause: null, end: null, recordingUrl: null };
}

export function isLive({ state }: SipCall): boolean {
  return state !== 'ended' && state !== 'vanished';
}

/** Who is called. */
export function numberOf({ target }: SipCall): string {
  return target.slice('sip:'.length, target.indexOf('@'));
}

/** Does what is asked for mean this call? */
export function isMeant({ callId }: SipCall, { providerCallId }: CallReference): boolean {
  return providerCallId === null || callId === null || callId === providerCallId;
}

/** How old it is by the clock of the host on which the engine runs. */
export function ageOf({ dialedAt }: SipCall, nowMs: number): Pick<CallEvent, 'startedAt' | 'ageSeconds'> {
  const startedAt = new Date(dialedAt);
  return { startedAt, ageSeconds: Math.max(0, (nowMs - startedAt.getTime()) / 1000) };
}

/** The instant after which we hang up a live call. */
export function deadlineOf(call: SipCall): Date {
  const [from, seconds] =
    call.answeredAt === null ? [call.dialedAt, call.ringTimeoutSeconds] : [call.answeredAt, call.maxCallSeconds];
  return new Date(Date.parse(from) + seconds * 1000);
}

/**
 * The last thing that is known of a call; the same whenever it is told, and by another name once there is more to it.
 * Null for a call of which nobody knows how it ended.
 */
export function eventOf(call: SipCall): CallEvent | null {
  if (call.state === 'vanished') return null;
  const { dialerJobId, callId: providerCallId } = call;
  const isRecorded = call.state === 'ended' && call.recordingUrl !== null;
  const eventKey = `sip:${call.state}${isRecorded ? ':recorded' : ''}`;
  const { status, at } = stateOf(call);
  return { eventKey, dialerJobId, providerCallId, status, occurredAt: new Date(at), ...endFacts(call) };
}

function stateOf(call: SipCall): { status: CallStatus; at: string } {
  if (call.end) return { status: call.end.status, at: call.endedAt ?? call.dialedAt };
  if (call.state === 'in_progress') return { status: 'in_progress', at: call.answeredAt ?? call.dialedAt };
  if (call.state === 'ringing') return { status: 'ringing', at: call.ringingAt ?? call.dialedAt };
  return { status: 'initiated', at: call.dialedAt };
}

function endFacts({ end, answeredAt, endedAt, recordingUrl }: SipCall): Partial<CallEvent> {
  if (!end) return {};
  const talkedMs = answeredAt && endedAt ? Date.parse(endedAt) - Date.parse(answeredAt) : null;
  return {
    endReason: end.endReason,
    ...(end.endReason === PROMPT_PLAYED && { isPromptPlayed: true as const }),
    ...(end.outcome && { outcome: end.outcome }),
    ...(end.notPlaced && { notPlaced: end.notPlaced }),
    ...(talkedMs !== null && { durationSeconds: Math.max(0, Math.round(talkedMs / 1000)) }),
    ...(recordingUrl !== null && { recordingUrl }),
  };
}
