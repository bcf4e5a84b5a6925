import type { Verdict } from './checklist.js';
import { LONGEST_SECONDS } from './follow-call.js';
import type { SmokeProvider } from '#config/smoke-config.js';
import type { CallFacts } from '#rules/call/call-facts.js';
import type { HangupResult } from '#telephony/port/telephony-provider.js';
import { endMeaning } from './rejection-meaning.js';
import { referenceOf, type SmokeCall } from './smoke-call.js';
import type { SmokeRun } from './smoke-run.js';

const HUNG_UP: Readonly<Record<HangupResult, string>> = {
  hung_up: 'The call was hung up.',
  already_ended: 'The call had ended by itself.',
  not_found: 'The provider knows no such call: there is nothing to hang up.',
  unavailable: "The call could not be hung up: if it goes on, end it in the provider's console.",
};

/** Hangs up, after Ctrl-C or if no end was reported. */
export async function hangUp({ signal, checklist }: SmokeRun, call: SmokeCall): Promise<void> {
  const result = await call.provider.hangup(referenceOf(call));
  checklist.note(`${signal.aborted ? 'Stopped. ' : ''}${HUNG_UP[result]}`);
}

/**
 * Judges the end of the call.
 * @param hasEnded false if the call ended only because it was hung up.
 */
export function judgeEnd({ checklist, signal, provider }: SmokeRun, { heard }: SmokeCall, hasEnded: boolean): void {
  if (hasEnded) return checklist.judge('end', verdictOn(provider, heard.facts));
  const seen = signal.aborted ? 'stopped before it' : `not told within ${LONGEST_SECONDS} s`;
  checklist.judge('end', { mark: '✗', seen });
}

function verdictOn(provider: SmokeProvider, facts: CallFacts): Verdict {
  const { status, endReason, durationSeconds, answeredBy, outcome } = facts;
  const duration = durationSeconds !== null && `${durationSeconds} s`;
  const parts = [status, duration, answeredBy && `answered by ${answeredBy}`, outcome, endReason && `"${endReason}"`];
  const seen = parts.filter(Boolean).join(', ');
  if (status === 'completed') return { mark: '✓', seen };
  if (status === 'no_answer' || status === 'busy')
    return {
      mark: '✓',
      seen,
      hint: 'Answer the call next time: what comes of one that is answered could not be seen.',
    };
  return { mark: '✗', seen, hint: endMeaning(provider, endReason) };
}
