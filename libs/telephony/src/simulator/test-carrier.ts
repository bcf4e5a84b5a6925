import { NO_FAULTS } from '#config/simulator-faults.js';
import type { PlaceCallRequest, PlaceCallResult } from '../port/telephony-provider.js';
import { SimulatorProvider } from './simulator-provider.js';

/**
 * Settings of the test world. Random numbers choose only the words that are said; the number decides the call's result.
 */
const CONFIG = { ringSeconds: 0.2, talkSeconds: 0.5, seed: 'test world', faults: NO_FAULTS, url: null };

/** Difference beyond which two clocks count as different. A request arrives within seconds of its commit. */
const OTHER_CLOCK_MS = 60_000;

/**
 * Simulator of test campaigns, beside any provider. A call's result follows from its number (`testOutcomeOf`), in every
 * run and every process. It follows the database's clock, as the workers do. That clock may be set to any time.
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
