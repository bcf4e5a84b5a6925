import type { CallReport } from '#rules/call/call-report.js';
import { toEvent, reportSteps, type ReportStep } from './script-reports.js';
import { initiated } from './snapshot.js';
import type { SimulatedCall } from './simulated-call.js';
import type { Timers } from './timers.js';
import { seededRandom, shuffled } from '#rules/values/seeded-random.js';

export type ReportListener = (report: CallReport) => void;

interface LiveCall {
  readonly call: SimulatedCall;
  readonly pending: Delivery[];
  callOff: () => void;
}

/**
 * Calls whose reports this process still has to deliver. Without a listener there are none: no report is kept for
 * later.
 */
export class LiveCalls {
  private readonly listeners = new Set<ReportListener>();
  private readonly calls = new Map<string, LiveCall>();

  constructor(
    private readonly clock: () => Date,
    private readonly timers: Timers,
  ) {}

  find(key: string): SimulatedCall | undefined {
    return this.calls.get(key)?.call;
  }

  /**
   * Delivers the call's reports from `fromMs` on. For a call that is already followed, delivers the reports that
   * remain.
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

  /** Reports at once that the call exists. */
  announce(call: SimulatedCall): void {
    this.tell({ ...initiated(call), reportKey: 'initiated' });
  }

  /** @returns a function that stops listening. Without listeners all timers end. */
  listen(listener: ReportListener): () => void {
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

  private tell(report: CallReport): void {
    for (const listener of this.listeners) listener(report);
  }

  /**
   * Milliseconds since the call was placed, never negative: the database's clock may be a little ahead of this
   * process's.
   */
  ageMs({ terms }: SimulatedCall): number {
    return Math.max(0, this.clock().getTime() - terms.placedAtMs);
  }
}

/** Report on its way. `atMs` is the time of its arrival, never before the moment that it reports. */
interface Delivery {
  readonly step: ReportStep;
  readonly atMs: number;
}

/** Returns the deliveries of a call's reports, faults included, in the order of arrival. */
export function deliveriesOf({ script, faults, terms }: SimulatedCall): Delivery[] {
  const told = reportSteps(script).filter((step) => !faults.isEndless || !isOfTheEnd(step));
  const sent = faults.isDoubled ? told.flatMap((step) => [step, step]) : told;
  if (!faults.isReordered) return sent.map((step) => ({ step, atMs: step.atMs }));
  const lastAtMs = sent.at(-1)?.atMs ?? 0;
  return shuffled(seededRandom(terms.course, 'order'), sent).map((step) => ({ step, atMs: lastAtMs }));
}

function isOfTheEnd({ key }: ReportStep): boolean {
  return key === 'ended' || key === 'report';
}
