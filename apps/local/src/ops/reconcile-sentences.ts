import { isFinalCallStatus } from '#rules/call/call-status.js';
import type { ReviewVerdict } from '#rules/attempt/job-review.js';
import type { CallLookup } from '#telephony/port/telephony-provider.js';

/** Describes the provider's answer. */
export function answerSentence(lookup: CallLookup): string {
  switch (lookup.kind) {
    case 'found':
      return `the provider has the call, ${lookup.report.status ?? 'without saying how it stands'}.`;
    case 'not_found':
      return lookup.isFinal
        ? 'the provider does not know the call, and it cannot exist any more.'
        : 'the provider does not know the call, which might still appear.';
    case 'unavailable':
      return `the provider could not be asked (${lookup.cause}).`;
  }
}

/** Describes what the answer means for the call. */
export function consequenceSentence(verdict: ReviewVerdict, lookup: CallLookup): string {
  switch (verdict.kind) {
    case 'apply':
      return isOver(verdict)
        ? 'The end of the call would be recorded: its job and its lead are settled by it.'
        : 'That would be recorded; the call goes on.';
    case 'hang_up':
      return 'It ought to be over: the provider would be told to hang up, and the next look sees the end.';
    case 'end_as_lost':
      return 'The call would end as lost, which counts as an attempt: add --as-lost --yes to do it.';
    case 'wait':
      return lookup.kind === 'not_found'
        ? `Nothing follows yet, a worker looks again by ${time(verdict)}; --as-lost --yes ends the call as lost all ` +
            'the same.'
        : `Nothing follows yet, a worker looks again by ${time(verdict)}.`;
  }
}

function isOver({ report: event }: ReviewVerdict & { kind: 'apply' }): boolean {
  return event.status !== undefined && isFinalCallStatus(event.status);
}

function time({ nextCheckAt }: { nextCheckAt: Date }): string {
  return nextCheckAt.toISOString();
}
