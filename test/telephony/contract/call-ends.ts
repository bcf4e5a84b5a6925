import type { FinalCallStatus } from '#rules/call/call-status.js';
import type { Outcome } from '#rules/call/outcome.js';
import type { CallStep } from '../provider-lab.js';

interface CallEnd {
  readonly steps: readonly CallStep[];
  readonly status: FinalCallStatus;
  /** Outcomes that the call may have. */
  readonly outcomes: readonly Outcome[];
}

/** Ways to end a call that every provider tells apart, as far as its lab can bring them about. */
export const CALL_ENDS: readonly CallEnd[] = [
  { steps: ['ring', 'answer', 'complete'], status: 'completed', outcomes: ['reached', 'goal_reached'] },
  { steps: ['ring', 'voicemail'], status: 'completed', outcomes: ['voicemail'] },
  { steps: ['ring', 'busy'], status: 'busy', outcomes: ['busy'] },
  { steps: ['ring', 'no_answer'], status: 'no_answer', outcomes: ['no_answer'] },
  { steps: ['fail'], status: 'failed', outcomes: ['provider_error', 'bad_number'] },
];
