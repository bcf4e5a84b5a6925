import type { CallReport } from '#rules/call/call-report.js';
import type { CallStatus } from '#rules/call/call-status.js';
import type { CallReference, PlaceCallRequest } from '../../port/telephony-provider.js';
import { PROMPT_PLAYED, type CallEnd, type HangUpCause } from '../engine/call-end.js';
import { plusSeconds } from '#rules/values/plus-seconds.js';

/**
 * Call as stored on disk. dialing: the engine was asked to dial. vanished: the engine no longer has the call, and its
 * end is unknown. All times are in ISO 8601.
 */
export interface SipCall {
  readonly dialerJobId: string;
  /** Engine that was asked to dial. */
  readonly engineId: string;
  readonly account: string;
  readonly target: string;
  readonly dialedAt: string;
  readonly ringTimeoutSeconds: number;
  readonly maxCallSeconds: number;
  /** Absent in calls of earlier versions, which kept every recording. */
  readonly recordCall?: boolean;
  readonly state: 'dialing' | 'ringing' | 'in_progress' | 'ended' | 'vanished';
  /** SIP Call-ID. */
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

/** Returns the dialed number. */
export function numberOf({ target }: SipCall): string {
  return target.slice('sip:'.length, target.indexOf('@'));
}

/** Tells if a reference means this call. */
export function isMeant({ callId }: SipCall, { providerCallId }: CallReference): boolean {
  return providerCallId === null || callId === null || callId === providerCallId;
}

/** Returns the call's age by the clock of the engine's host. */
export function ageOf({ dialedAt }: SipCall, nowMs: number): Pick<CallReport, 'startedAt' | 'ageSeconds'> {
  const startedAt = new Date(dialedAt);
  return { startedAt, ageSeconds: Math.max(0, (nowMs - startedAt.getTime()) / 1000) };
}

/** Returns the time at which the worker hangs up a live call. */
export function deadlineOf(call: SipCall): Date {
  const [from, seconds] =
    call.answeredAt === null ? [call.dialedAt, call.ringTimeoutSeconds] : [call.answeredAt, call.maxCallSeconds];
  return plusSeconds(new Date(from), seconds);
}

/**
 * Returns the latest report of a call. It has the same key each time, and another key once it tells more. Null: the end
 * of the call is unknown.
 */
export function eventOf(call: SipCall): CallReport | null {
  if (call.state === 'vanished') return null;
  const { dialerJobId, callId: providerCallId } = call;
  const isRecorded = call.state === 'ended' && call.recordingUrl !== null;
  const reportKey = `sip:${call.state}${isRecorded ? ':recorded' : ''}`;
  const { status, at } = stateOf(call);
  return { reportKey: reportKey, dialerJobId, providerCallId, status, occurredAt: new Date(at), ...endFacts(call) };
}

function stateOf(call: SipCall): { status: CallStatus; at: string } {
  if (call.end) return { status: call.end.status, at: call.endedAt ?? call.dialedAt };
  if (call.state === 'in_progress') return { status: 'in_progress', at: call.answeredAt ?? call.dialedAt };
  if (call.state === 'ringing') return { status: 'ringing', at: call.ringingAt ?? call.dialedAt };
  return { status: 'initiated', at: call.dialedAt };
}

function endFacts({ end, answeredAt, endedAt, recordingUrl }: SipCall): Partial<CallReport> {
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
