import { look, MOST_CALL_SECONDS, RING_SECONDS, secondsAfter, type SmokeCall } from './smoke-call.js';
import type { SmokeRun } from './smoke-run.js';

const LOOK_EVERY_MS = 3_000;

/** Seconds for the carrier's queue and its last report. */
const MARGIN_SECONDS = 30;
export const LONGEST_SECONDS = RING_SECONDS + MOST_CALL_SECONDS + MARGIN_SECONDS;

/** Waits until a webhook or a look-up tells the end, or until the longest possible call is over. */
export async function followToEnd(run: SmokeRun, call: SmokeCall): Promise<void> {
  const { clock, signal } = run;
  const { placedAt } = call.request;
  while (!call.heard.hasEnded && !signal.aborted && secondsAfter(placedAt, clock.now()) < LONGEST_SECONDS) {
    await clock.pause(LOOK_EVERY_MS, signal);
    if (!call.heard.hasEnded && !signal.aborted) await look(call);
  }
}
