import { NO_FAULTS } from '#config/simulator-faults.js';
import type { PlaceCallRequest, PlaceCallResult } from '../port/telephony-provider.js';
import { SimulatorProvider } from './simulator-provider.js';

/** Its chance decides what is said, and nothing else: the number decides what a call comes to. */
const CONFIG = { ringSeconds: 0.2, talkSeconds: 0.5, seed: 'test world', faults: NO_FAULTS, url: null };

/** A request is asked within seconds of its commit: what is further away is another clock. */
const OTHER_CLOCK_MS = 60_000;

/**
 * The simulator of test campaigns, beside any provider. What a call comes to follows from its number (`testOutcomeOf`),
 * in every run and every process. It goes by the clock of those who place calls, the database's: that may be set to
 * any time.
 */
export class TestCarrier extends SimulatorProvider {
  private readonly offset: { ms: number };

  constructor() {
    const offset = { ms: 0 };
    super({ ...CONFIG, isTest: true }, { clock: () => new Date(Date.now() + offset.ms) });
    this.offset = offset;
  }

  override placeCall(request: PlaceCallRequest, signal: AbortSignal): Promise<PlaceCallResult> {
    const offsetMs = request.placedAt.getTime() - Date.now();
    if (Math.abs(offsetMs - this.offset.ms) > OTHER_CLOCK_MS) this.offset.ms = offsetMs;
    return super.placeCall(request, signal);
  }
}
