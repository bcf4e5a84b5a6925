import type { SimulatorFaultRates } from '#config/simulator-faults.js';
import { seededRandom, shuffled, type RandomNumbers } from '#rules/values/seeded-random.js';
import type { CallFaults } from '#telephony/simulator/call/call-faults.js';
import type { CallbackReport } from './call-reports.js';
import { faultsOf, faultyReply, type CreateReply, type CreateRequest } from './create-replies.js';
import type { FakeCall } from './fake-call.js';
import { callScript, type CallTempo } from './call-script.js';
import { postCallback } from './post-webhook.js';

/** Callbacks that come when more has happened since: so many of all, and by how much at most. */
export interface LateCallbacks {
  readonly share: number;
  readonly upToMs: number;
}

const NEVER_LATE: LateCallbacks = { share: 0, upToMs: 0 };

export interface AutoCallsOptions {
  readonly authToken: string;
  readonly seed: string;
  readonly faults: SimulatorFaultRates;
  readonly tempo: CallTempo;
  readonly late?: LateCallbacks;
}

interface CallState {
  readonly faults: CallFaults;
  /** Reports kept back for a call that posts them all at once and in any order. */
  readonly withheld: CallbackReport[];
  /** Random numbers that decide which reports are late. */
  readonly random: RandomNumbers;
}

/**
 * Moves the calls of a `FakeTwilio` and posts their reports, with seeded faults. Its members `reply`, `onCall` and
 * `onReport` are options of the fake.
 */
export class AutoCalls {
  private readonly states = new Map<FakeCall, CallState>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly stopping = new AbortController();

  constructor(private readonly options: AutoCallsOptions) {}

  readonly reply = (request: CreateRequest): CreateReply => faultyReply(this.faultsOf(request));

  /** An early call tells of itself before its create request is answered. */
  readonly onCall = async (call: FakeCall, request: CreateRequest): Promise<void> => {
    const faults = this.faultsOf(request);
    const { seed, tempo } = this.options;
    this.states.set(call, { faults, withheld: [], random: seededRandom(seed, 'late', call.terms.sid) });
    for (const { atMs, step } of callScript(seed, request, call.terms.form, tempo))
      this.after(atMs, () => call.step(step));
    const isTold = Promise.all(call.reports.map((report) => this.tell(call, report)));
    if (faults.isEarly) await isTold;
  };

  readonly onReport = (call: FakeCall, report: CallbackReport): void => {
    if (this.states.has(call)) void this.tell(call, report);
  };

  close(): void {
    this.stopping.abort();
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private async tell(call: FakeCall, report: CallbackReport): Promise<void> {
    const state = this.states.get(call);
    if (!state) return;
    const isMissing = state.faults.isEndless && isOfTheEnd(report);
    if (!isMissing) state.withheld.push(...(state.faults.isDoubled ? [report, report] : [report]));
    if (state.faults.isReordered && call.isLive) return;
    const told = state.withheld.splice(0);
    await this.postAll(state.faults.isReordered ? this.mixed(call, told) : told, state.random);
  }

  private mixed(call: FakeCall, reports: readonly CallbackReport[]): CallbackReport[] {
    return shuffled(seededRandom(this.options.seed, 'order', call.terms.sid), reports);
  }

  private async postAll(reports: readonly CallbackReport[], random: RandomNumbers): Promise<void> {
    const { share, upToMs } = this.options.late ?? NEVER_LATE;
    for (const report of reports) {
      if (random() < share) this.after(random() * upToMs, () => void this.post(report));
      else await this.post(report);
    }
  }

  /** Posts a report; one that does not arrive in spite of all attempts is lost. */
  private async post(report: CallbackReport): Promise<void> {
    await postCallback(report, { authToken: this.options.authToken, signal: this.stopping.signal });
  }

  private faultsOf(request: CreateRequest): CallFaults {
    return faultsOf(this.options.faults, this.options.seed, request);
  }

  private after(milliseconds: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, milliseconds);
    this.timers.add(timer);
  }
}

function isOfTheEnd({ event }: CallbackReport): boolean {
  return event === 'completed' || event === 'recording';
}
