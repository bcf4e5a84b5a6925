import { setTimeout as pause } from 'node:timers/promises';
import type { SipCall } from './sip-call.js';

export interface WindingDown {
  /** Seconds for which answered calls may go on. */
  readonly seconds: number;
  readonly liveCalls: () => readonly SipCall[];
  readonly hangUp: (call: SipCall) => Promise<unknown>;
}

const LOOK_EVERY_MS = 50;
/** Time in which the other side learns of the hang-up. */
const GOODBYE_MS = 2_000;

/**
 * Cancels ringing calls, gives answered ones time to end, then hangs up on them. Calls that remain end with the engine.
 */
export async function windDown({ seconds, liveCalls, hangUp }: WindingDown): Promise<void> {
  await attend(seconds * 1000, liveCalls, async (call) => call.answeredAt === null && hangUp(call));
  await attend(GOODBYE_MS, liveCalls, hangUp);
}

/** Treats the calls until none is left or the time is over. A silent engine does not prolong it. */
async function attend(
  patienceMs: number,
  calls: () => readonly SipCall[],
  treat: (call: SipCall) => Promise<unknown>,
): Promise<void> {
  const over = pause(patienceMs, 'over', { ref: false });
  for (let last: unknown; calls().length > 0 && last !== 'over';) {
    last = await Promise.race([Promise.all(calls().map(treat)), over]);
    if (last !== 'over') last = await Promise.race([pause(LOOK_EVERY_MS), over]);
  }
}
