import { missingFacts, type LateFacts } from './facts.js';
import { look, secondsAfter, type SmokeCall } from './smoke-call.js';
import type { SmokeRun } from './smoke-run.js';

const LOOK_EVERY_MS = 5_000;
const TELL_EVERY_SECONDS = 15;

/**
 * Seconds beyond the engine's first look-up of late facts. The engine has later ones, but an operator with a telephone
 * in hand does not wait for them.
 */
const MARGIN_SECONDS = 60;

/** Longest wait for the webhook of an end that a look-up told first. */
const WEBHOOK_SECONDS = 20;

/** Waits for the facts that come after the end, and tells which ones. */
export async function awaitLateFacts(run: SmokeRun, call: SmokeCall): Promise<LateFacts> {
  const { clock, signal } = run;
  const [firstLook] = call.provider.capabilities.lateFactsSeconds;
  const patienceSeconds = firstLook === undefined ? WEBHOOK_SECONDS : firstLook + MARGIN_SECONDS;
  const endedAt = clock.now();
  const tell = teller(run, patienceSeconds);
  let costAfterSeconds: number | null = null;
  for (;;) {
    const seconds = Math.round(secondsAfter(endedAt, clock.now()));
    if (call.heard.facts.cost !== null) costAfterSeconds ??= seconds;
    const missing = missingNow(run, call, seconds);
    if (missing.length === 0 || seconds >= patienceSeconds || signal.aborted)
      return { patienceSeconds, costAfterSeconds };
    tell(missing, seconds);
    await clock.pause(LOOK_EVERY_MS, signal);
    await look(call);
  }
}

function missingNow({ provider }: SmokeRun, { heard }: SmokeCall, seconds: number): string[] {
  if (!heard.hasEnded) return [];
  const isAwaited = !heard.hasWebhookOfEnd && seconds < WEBHOOK_SECONDS;
  return [...missingFacts(provider, heard), ...(isAwaited ? ['the webhook of its end'] : [])];
}

function teller({ checklist }: SmokeRun, patienceSeconds: number): (missing: string[], seconds: number) => void {
  let nextSeconds = 0;
  return (missing, seconds) => {
    if (seconds < nextSeconds) return;
    nextSeconds = seconds + TELL_EVERY_SECONDS;
    checklist.note(`waiting for ${missing.join(', ')} (${seconds} s of at most ${patienceSeconds} s) …`);
  };
}
