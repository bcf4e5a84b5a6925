import type { SmokeProvider } from '#config/smoke-config.js';
import type { CallLookup, CallReference } from '#telephony/port/telephony-provider.js';
import type { Verdict } from './checklist.js';
import { referenceOf, secondsAfter, type SmokeCall } from './smoke-call.js';
import type { SmokeRun } from './smoke-run.js';

/** How long a carrier may take to show a new call. */
const PATIENCE_SECONDS = 30;
const LOOK_EVERY_MS = 3_000;

/** A call whose create request was not answered must be found without the provider's id, and be the same one. */
export async function compareLookUps(run: SmokeRun, call: SmokeCall): Promise<void> {
  const { providerCallId } = referenceOf(call);
  if (providerCallId !== null)
    run.checklist.judge(
      "look-up by the provider's id",
      verdictOn(await find(run, call, providerCallId), { placedAs: providerCallId, hint: undefined }),
    );
  const byKey = await find(run, call, null);
  const placed = { placedAs: providerCallId, hint: BY_TIME[run.provider] };
  run.checklist.judge('look-up by our key', verdictOn(byKey, placed));
  if (providerCallId === null && byKey.kind === 'found') call.heard.take('look-up', byKey.event);
}

async function find({ clock, signal }: SmokeRun, call: SmokeCall, providerCallId: string | null): Promise<CallLookup> {
  const reference: CallReference = { ...referenceOf(call), providerCallId };
  const startedAt = clock.now();
  for (;;) {
    const lookup = await call.provider.lookUp(reference);
    const isLate = secondsAfter(startedAt, clock.now()) >= PATIENCE_SECONDS;
    if (lookup.kind === 'found' || isLate || signal.aborted) return lookup;
    await clock.pause(LOOK_EVERY_MS, signal);
  }
}

interface Placed {
  /** What the create request was answered with; null: it was not. */
  readonly placedAs: string | null;
  readonly hint: string | undefined;
}

function verdictOn(lookup: CallLookup, { placedAs, hint }: Placed): Verdict {
  switch (lookup.kind) {
    case 'unavailable':
      return { mark: '✗', seen: `not possible (${lookup.cause})` };
    case 'not_found':
      return { mark: '✗', seen: `not found within ${PATIENCE_SECONDS} s`, hint };
    case 'found': {
      const { event, others = [] } = lookup;
      const status = event.status ?? 'in a state that we do not know';
      if (placedAs !== null && event.providerCallId !== placedAs)
        return { mark: '✗', seen: `another call, ${event.providerCallId}`, hint };
      const beside = others.length > 0 ? `, before ${others.length} more that could be meant` : '';
      return { mark: '✓', seen: `found, ${status}${beside}` };
    }
  }
}

/** Without its id a call is told by when it was placed; Twilio keeps nothing of ours with it. */
const BY_TIME: Readonly<Record<SmokeProvider, string>> = {
  twilio:
    "Without its id a call is told by when it was placed: is this machine's clock right, and was no other call placed to this number just before?",
  vapi: "Without its id a call is looked for among those of its time: is this machine's clock right?",
};
