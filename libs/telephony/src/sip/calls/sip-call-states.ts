import type { CallReport } from '#rules/call/call-report.js';
import { BY_US, callEnd, type CallEnd, type HangUpCause } from '../engine/call-end.js';
import type { CallLedger } from './call-ledger.js';
import type { EngineEvent } from '../engine/control-link.js';
import type { LoggedEnd } from '../engine/engine-log.js';
import type { ListedCall } from '../engine/engine-reading.js';
import { GivenBackNumbers } from './given-back-numbers.js';
import { deadlineOf, eventOf, isLive, numberOf, type SipCall } from './sip-call.js';

export interface CallKeeperParts {
  readonly ledger: CallLedger;
  readonly tell: (event: CallReport) => void;
  /** Called when a live call has exceeded its time. */
  readonly onDeadline: (call: SipCall, cause: HangUpCause) => void;
}

const OVERDUE_AGAIN_MS = 1_000;

/** Moves calls from state to state, reports each change, and enforces their time limits. */
export class SipCallStates {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly givenBack = new GivenBackNumbers();

  constructor(private readonly parts: CallKeeperParts) {}

  /** Stores the changes, and reports the call if its state has changed. */
  change(call: SipCall, changes: Partial<SipCall>): void {
    const changed = { ...call, ...changes };
    this.parts.ledger.put(changed);
    if (changed.state === call.state) return;
    this.watch(changed);
    const event = eventOf(changed);
    if (event) this.parts.tell(event);
  }

  watch(call: SipCall): void {
    clearTimeout(this.timers.get(call.dialerJobId));
    this.timers.delete(call.dialerJobId);
    if (isLive(call)) this.wake(call, Math.max(0, deadlineOf(call).getTime() - Date.now()));
  }

  close(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  hear({ type, param = '', id }: EngineEvent, call: SipCall): void {
    const callId = call.callId ?? id ?? null;
    if (type === 'CALL_CLOSED') this.end({ ...call, callId }, param);
    else if (type === 'CALL_ESTABLISHED') this.answer({ ...call, callId }, new Date());
    else if (type === 'CALL_RINGING' || type === 'CALL_PROGRESS') this.ring({ ...call, callId });
    else if (callId !== call.callId) this.change(call, { callId });
  }

  /** Applies what a running engine tells of a call that a new owner finds on it. */
  adopt(call: SipCall, { state, talkedSeconds }: ListedCall, callId: string | null): void {
    const known = { ...call, callId: call.callId ?? callId };
    this.watch(known);
    if (state === 'ESTABLISHED') this.answer(known, new Date(Date.now() - talkedSeconds * 1000));
    else if (state === 'RINGING' || state === 'EARLY') this.ring(known);
    else this.change(known, {});
  }

  /** Stores the recording once it certainly belongs to this call. For a short call this comes after its end. */
  record(call: SipCall, recordingUrl: string): void {
    const recorded = { ...call, recordingUrl };
    this.change(recorded, {});
    const event = isLive(recorded) ? null : eventOf(recorded);
    if (event) this.parts.tell(event);
  }

  /**
   * Ends a call from the engine's log, as its end came while no worker was connected. The log does not tell if the
   * phone rang, so no attempt is refunded.
   */
  endAsLogged(call: SipCall, { reason, wasAnswered, talkedSeconds }: LoggedEnd): void {
    const now = Date.now();
    const talkedMs = (talkedSeconds ?? 0) * 1000;
    if (wasAnswered && call.answeredAt === null) this.answer(call, new Date(now - talkedMs));
    const known = this.parts.ledger.get(call.dialerJobId) ?? call;
    const endedAt = known.answeredAt !== null && talkedSeconds !== null ? Date.parse(known.answeredAt) + talkedMs : now;
    const { notPlaced: _notPlaced, ...end } = endOf(known, reason);
    this.change(known, { state: 'ended', endedAt: new Date(Math.min(now, endedAt)).toISOString(), end });
  }

  /** Ends a call whose engine the worker has stopped in order. */
  endWithEngine(call: SipCall): void {
    this.end({ ...call, hangUpCause: call.hangUpCause ?? 'stopping' }, BY_US);
  }

  /** Ends a call whose engine has died. */
  lose(call: SipCall): void {
    const end = { status: 'failed', outcome: 'provider_error', endReason: 'engine_gone' } as const;
    this.change(call, { state: 'ended', endedAt: new Date().toISOString(), end });
  }

  vanish(call: SipCall): void {
    this.change(call, { state: 'vanished', endedAt: new Date().toISOString() });
  }

  private ring(call: SipCall): void {
    const isNews = call.state === 'dialing';
    this.givenBack.forget(numberOf(call), { rang: true });
    this.change(call, isNews ? { state: 'ringing', ringingAt: new Date().toISOString() } : {});
  }

  private answer(call: SipCall, at: Date): void {
    const isNews = call.state === 'dialing' || call.state === 'ringing';
    this.givenBack.forget(numberOf(call), { rang: true });
    this.change(call, isNews ? { state: 'in_progress', answeredAt: at.toISOString() } : {});
  }

  private end(call: SipCall, reason: string): void {
    const end = this.considered(call, endOf(call, reason));
    this.change(call, { state: 'ended', endedAt: new Date().toISOString(), end });
  }

  /** Charges the attempt to a number that is never reached while others are. */
  private considered(call: SipCall, end: CallEnd): CallEnd {
    const isAway = end.notPlaced?.fault === 'throttle';
    if (!isAway) this.givenBack.forget(numberOf(call), { rang: false });
    if (!isAway || this.givenBack.mayGiveBack(numberOf(call))) return end;
    const { notPlaced: _notPlaced, ...counted } = end;
    return counted;
  }

  /** Asks for a hang-up once a second until the engine carries it out. */
  private wake(call: SipCall, afterMs: number): void {
    const timer = setTimeout(() => {
      this.wake(call, OVERDUE_AGAIN_MS);
      this.parts.onDeadline(call, call.answeredAt === null ? 'ring_timeout' : 'max_duration');
    }, afterMs);
    this.timers.set(call.dialerJobId, timer);
  }
}

function endOf({ hangUpCause, ringingAt, answeredAt }: SipCall, reason: string): CallEnd {
  return callEnd({ reason, wasRinging: ringingAt !== null, wasAnswered: answeredAt !== null, hangUpCause });
}
