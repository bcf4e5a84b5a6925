import type { CallEvent } from '#rules/call-event.js';
import { callEnd, type HangUpCause } from './call-end.js';
import type { CallLedger } from './call-ledger.js';
import type { EngineEvent } from './control-link.js';
import type { ListedCall } from './engine-reading.js';
import { deadlineOf, eventOf, isLive, type SipCall } from './sip-call.js';

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
    this.change(call, isNews ? { state: 'ringing', ringingAt: new Date().toISOString() } : {});
  }

  private answer(call: SipCall, at: Date): void {
    const isNews = call.state === 'dialing' || call.state === 'ringing';
    this.change(call, isNews ? { state: 'in_progress', answeredAt: at.toISOString() } : {});
  }

  private end(call: SipCall, reason: string): void {
    const { hangUpCause, ringingAt, answeredAt } = call;
    const end = callEnd({ reason, wasRinging: ringingAt !== null, wasAnswered: answeredAt !== null, hangUpCause });
    this.change(call, { state: 'ended', endedAt: new Date().toISOString(), end });
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
