import type { CallEvent } from '#rules/call/call-report.js';
import { deliveriesOf, type Delivery } from './deliveries.js';
import { toEvent } from './script-events.js';
import { initiated } from './snapshot.js';
import type { SimulatedCall } from './simulated-call.js';
import type { Timers } from './timers.js';

export type EventListener = (event: CallEvent) => void;

interface LiveCall {
  readonly call: SimulatedCall;
  readonly pending: Delivery[];
  callOff: () => void;
}

/**
 * The calls whose events are still to be delivered from this process. Without a listener there are none: nothing is
 * kept for later.
 */
export class LiveCalls {
  private readonly listeners = new Set<EventListener>();
  private readonly calls = new Map<string, LiveCall>();

  constructor(
    private readonly clock: () => Date,
    private readonly timers: Timers,
  ) {}

  find(key: string): SimulatedCall | undefined {
    return this.calls.get(key)?.call;
  }

  /**
   * Delivers the call's events: those from `fromMs` on, or of one that is followed already those that have not been
   * delivered.
   */
  follow(call: SimulatedCall, fromMs = 0): void {
    if (this.listeners.size === 0) return;
    const before = this.calls.get(call.terms.key);
    before?.callOff();
    const pending = deliveriesOf(call).filter(({ step, atMs }) =>
      before ? before.pending.some((delivery) => delivery.step.key === step.key) : atMs >= fromMs,
    );
    const live: LiveCall = { call, pending, callOff: () => undefined };
    this.calls.set(call.terms.key, live);
    this.awaitNext(live);
  }

  /** Tells at once that there is such a call. */
  announce(call: SimulatedCall): void {
    this.tell({ ...initiated(call), eventKey: 'initiated' });
  }

  /** @returns how to stop; with the last listener every wait ends. */
  listen(listener: EventListener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.forgetAll();
    };
  }

  private forgetAll(): void {
    for (const live of this.calls.values()) live.callOff();
    this.calls.clear();
  }

  private awaitNext(live: LiveCall): void {
    const [next] = live.pending;
    if (next) live.callOff = this.timers.after(next.atMs - this.ageMs(live.call), () => this.deliverDue(live));
    else this.calls.delete(live.call.terms.key);
  }

  private deliverDue(live: LiveCall): void {
    const ageMs = this.ageMs(live.call);
    const due = live.pending.findIndex(({ atMs }) => atMs > ageMs);
    for (const { step } of live.pending.splice(0, due < 0 ? live.pending.length : due))
      this.tell(toEvent(live.call, step));
    if (this.calls.get(live.call.terms.key) === live) this.awaitNext(live);
  }

  private tell(event: CallEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  /** Milliseconds since the call was placed; the database's clock may be a little ahead of ours. */
  ageMs({ terms }: SimulatedCall): number {
    return Math.max(0, this.clock().getTime() - terms.placedAtMs);
  }
}
