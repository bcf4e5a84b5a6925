import { randomUUID } from 'node:crypto';
import { judgeWebhooks } from './webhook-verdict.js';
import { hangUp, judgeEnd } from './end-of-call.js';
import { judgeFacts } from './facts.js';
import { followToEnd } from './follow-call.js';
import { awaitLateFacts } from './late-facts.js';
import { listen } from './listen.js';
import { compareLookUps } from './look-ups.js';
import { place } from './place.js';
import { makeCall, type SmokeCall } from './smoke-call.js';
import type { SmokeRun } from './smoke-run.js';
import { tryTunnel } from './tunnel.js';

/**
 * Places one call and judges all visible facts of it.
 * @returns true if anything was sent to the provider.
 */
export async function checkCall(run: SmokeRun): Promise<boolean> {
  const call = makeCall(run);
  const probe = { question: randomUUID(), answer: randomUUID() };
  const listener = await listen(run, call, probe);
  if (listener === null) return false;
  try {
    if (!(await tryTunnel(run, call, probe))) return false;
    const placed = await place(run, call);
    if (placed === 'may_ring') await seeThrough(run, call);
    return placed !== 'not_asked';
  } finally {
    await listener.close();
  }
}

async function seeThrough(run: SmokeRun, call: SmokeCall): Promise<void> {
  const hasEnded = await seeToEnd(run, call);
  judgeEnd(run, call, hasEnded);
  const late = hasEnded ? await awaitLateFacts(run, call) : null;
  judgeWebhooks(run, call);
  if (late !== null) await judgeFacts(run, call, late);
}

/**
 * Follows the call to its end, and hangs up whatever happens.
 * @returns true if the call ended by itself.
 */
async function seeToEnd(run: SmokeRun, call: SmokeCall): Promise<boolean> {
  let hasEnded = false;
  try {
    await compareLookUps(run, call);
    await followToEnd(run, call);
    hasEnded = call.heard.hasEnded;
  } finally {
    if (!hasEnded) await hangUp(run, call);
  }
  return hasEnded;
}
