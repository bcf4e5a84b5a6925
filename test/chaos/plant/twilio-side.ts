import { parseSimulatorFaults } from '#config/simulator-faults.js';
import { AutoCalls, type LateCallbacks } from '../../telephony/twilio/auto-calls.js';
import { FakeTwilio } from '../../telephony/twilio/fake-twilio.js';
import type { CallTempo } from '../../telephony/twilio/call-script.js';

/** Options of a fake of Twilio that is a process of its own. */
export interface TwilioSide {
  readonly accountSid: string;
  readonly authToken: string;
  readonly seed: string;
  /** Rates in the notation of the simulated carrier. */
  readonly faultRates: string;
  readonly late: LateCallbacks;
  readonly tempo: CallTempo;
  readonly eventLog: string;
}

/** A new call cannot be found at once, and a call that has ended has no price at once. */
const VISIBLE_AFTER_MS = 1_000;
const PRICED_AFTER_MS = 3_000;

/** Opens the fake: calls go on by themselves, and send webhooks, until the process ends. */
export function openTwilioSide(side: TwilioSide): Promise<FakeTwilio> {
  const { accountSid, authToken, seed, tempo, late, eventLog } = side;
  const faults = parseSimulatorFaults(side.faultRates);
  const { reply, onCall, onReport } = new AutoCalls({ authToken, seed, faults, tempo, late });
  const pace = { visibleAfterMs: VISIBLE_AFTER_MS, pricedAfterMs: PRICED_AFTER_MS };
  return new FakeTwilio({ accountSid, authToken, reply, onCall, onReport, logFile: eventLog, ...pace }).open();
}
