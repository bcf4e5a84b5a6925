import type { SmokeProvider } from '#config/smoke-config.js';
import type { CallLookup, CallReference } from '#telephony/port/telephony-provider.js';
import type { Verdict } from './checklist.js';
import { referenceOf, secondsAfter, type SmokeCall } from './smoke-call.js';
import type { SmokeRun } from './smoke-run.js';

/** Longest time that a carrier takes to list a new call. */
const PATIENCE_SECONDS = 30;
const LOOK_EVERY_MS = 3_000;

/**
 * Checks that a look-up without the provider's id finds the same call. The engine needs it if a create request stays
 * unanswered.
 */
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
  if (providerCallId === null && byKey.kind === 'found') call.heard.hear('look-up', byKey.report);
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

interface PlacedCall {
  /** Id in the answer to the create request; null: there was no answer. */
  readonly placedAs: string | null;
  readonly hint: string | undefined;
}

function verdictOn(lookup: CallLookup, { placedAs, hint }: PlacedCall): Verdict {
  switch (lookup.kind) {
    case 'unavailable':
      return { mark: '✗', seen: `not possible (${lookup.cause})` };
    case 'not_found':
      return { mark: '✗', seen: `not found within ${PATIENCE_SECONDS} s`, hint };
    case 'found': {
      const { report, others = [] } = lookup;
      const status = report.status ?? 'in a state that we do not know';
      if (placedAs !== null && report.providerCallId !== placedAs)
        return { mark: '✗', seen: `another call, ${report.providerCallId}`, hint };
      const beside = others.length > 0 ? `, before ${others.length} more that could be meant` : '';
      return { mark: '✓', seen: `found, ${status}${beside}` };
    }
  }
}

/** Hints for look-ups without an id. Twilio stores no key of ours, so the call is found by its time. */
const BY_TIME: Readonly<Record<SmokeProvider, string>> = {
  twilio:
    "Without its id a call is told by when it was placed: is this machine's clock right, and was no other call " +
    'placed to this number just before?',
  vapi: "Without its id a call is looked for among those of its time: is this machine's clock right?",
};
