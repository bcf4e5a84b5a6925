import { judgeCallbacks } from './callback-verdict.js';
import { hangUp, judgeEnd } from './end-of-call.js';
import { judgeFacts } from './facts.js';
import { followToEnd } from './follow-call.js';
import { awaitLateFacts } from './late-facts.js';
import { listen } from './listen.js';
import { compareLookUps } from './look-ups.js';
import { place } from './place.js';
import { makeCall, type SmokeCall } from './smoke-call.js';
import type { SmokeRun } from './smoke-run.js';

/** Places one call and judges all that can be seen of it. */
export async function checkCall(run: SmokeRun): Promise<void> {
  const call = makeCall(run);
  const listener = await listen(run, call);
  if (listener === null) return;
  try {
    if (await place(run, call)) await seeThrough(run, call);
  } finally {
    await listener.close();
  }
}

async function seeThrough(run: SmokeRun, call: SmokeCall): Promise<void> {
  const hasEnded = await seeToEnd(run, call);
  judgeEnd(run, call, hasEnded);
  const late = hasEnded ? await awaitLateFacts(run, call) : null;
  judgeCallbacks(run, call);
  if (late !== null) await judgeFacts(run, call, late);
}

/** The call is not left on the line, whatever happens. @returns whether it ended by itself. */
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
