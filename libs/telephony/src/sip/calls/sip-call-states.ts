import type { CallEvent } from '#rules/call/call-report.js';
import { BY_US, callEnd, type CallEnd, type HangUpCause } from '../engine/call-end.js';
import type { CallLedger } from './call-ledger.js';
import type { EngineEvent } from '../engine/control-link.js';
import type { LoggedEnd } from '../engine/engine-log.js';
import type { ListedCall } from '../engine/engine-reading.js';
import { GivenBackNumbers } from './given-back-numbers.js';
import { deadlineOf, eventOf, isLive, numberOf, type SipCall } from './sip-call.js';

export interface CallKeeperParts {
  readonly ledger: CallLedger;
  readonly tell: (event: CallEvent) => void;
  /** The time of a live call is up. */
  readonly onDeadline: (call: SipCall, cause: HangUpCause) => void;
}

const OVERDUE_AGAIN_MS = 1_000;

/** Moves calls from state to state, tells of it, and watches their time. */
export class CallKeeper {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly givenBack = new GivenBackNumbers();

  constructor(private readonly parts: CallKeeperParts) {}

  /** Puts down what has changed. */
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

  /** What an engine says of a call when it is found again. */
  adopt(call: SipCall, { state, talkedSeconds }: ListedCall, callId: string | null): void {
    const known = { ...call, callId: call.callId ?? callId };
    this.watch(known);
    if (state === 'ESTABLISHED') this.answer(known, new Date(Date.now() - talkedSeconds * 1000));
    else if (state === 'RINGING' || state === 'EARLY') this.ring(known);
    else this.change(known, {});
  }

  /** It is certain whose recording it is: of a short call, after its end. */
  record(call: SipCall, recordingUrl: string): void {
    const recorded = { ...call, recordingUrl };
    this.change(recorded, {});
    const event = isLive(recorded) ? null : eventOf(recorded);
    if (event) this.parts.tell(event);
  }

  /**
   * It ended while nobody listened, as the engine's log says: whether it rang before is not known, so that no attempt
   * is given back.
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

  /** The worker has ended the engine in order, and the engine the call. */
  endWithEngine(call: SipCall): void {
    this.end({ ...call, hangUpCause: call.hangUpCause ?? 'stopping' }, BY_US);
  }

  /** The engine has died. */
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

  /** A number that alone is never reached has had its attempt. */
  private considered(call: SipCall, end: CallEnd): CallEnd {
    const isAway = end.notPlaced?.fault === 'throttle';
    if (!isAway) this.givenBack.forget(numberOf(call), { rang: false });
    if (!isAway || this.givenBack.mayGiveBack(numberOf(call))) return end;
    const { notPlaced: _notPlaced, ...counted } = end;
    return counted;
  }

  /** Again and again, until somebody can hang up. */
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
