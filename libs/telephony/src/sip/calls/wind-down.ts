import { setTimeout as pause } from 'node:timers/promises';
import type { SipCall } from './sip-call.js';

export interface WindingDown {
  /** How long those who talk may go on. */
  readonly seconds: number;
  readonly liveCalls: () => readonly SipCall[];
  readonly hangUp: (call: SipCall) => Promise<unknown>;
}

const LOOK_EVERY_MS = 50;
/** Time for whoever is hung up to be told. */
const GOODBYE_MS = 2_000;

/**
 * Cancels what rings, lets those who talk come to an end for a while, then hangs up on them too. Calls that are left
 * then end with the engine.
 */
export async function windDown({ seconds, liveCalls, hangUp }: WindingDown): Promise<void> {
  await attend(seconds * 1000, liveCalls, async (call) => call.answeredAt === null && hangUp(call));
  await attend(GOODBYE_MS, liveCalls, hangUp);
}

/** Until none is left or the time is over; an engine that does not answer is not waited for. */
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
