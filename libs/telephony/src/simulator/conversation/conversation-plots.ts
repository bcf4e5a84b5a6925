import type { Outcome } from '#rules/call/outcome.js';
import { CALLBACK_REQUESTED, GOAL_REACHED, OPT_OUT, REACHED, VOICEMAIL } from './conversation-closings.js';
import type { Line } from './conversation-turn.js';
import { CAUTIOUS_HELLO, FRIENDLY_REPLY, GREETING, MACHINE_GREETING, MESSAGE } from './conversation-openings.js';

export interface PlotLines {
  readonly opening: readonly Line[];
  /** Whether there is anything to talk about between opening and closing. */
  readonly hasSmallTalk: boolean;
  readonly closing: readonly Line[];
}

const TALK = [GREETING, FRIENDLY_REPLY];

/** Outcomes that no answered call has are told as plainly `reached`. */
export function plotLines(outcome: Outcome): PlotLines {
  switch (outcome) {
    case 'goal_reached':
      return { opening: TALK, hasSmallTalk: true, closing: GOAL_REACHED };
    case 'callback_requested':
      return { opening: [CAUTIOUS_HELLO, GREETING], hasSmallTalk: false, closing: CALLBACK_REQUESTED };
    case 'opt_out':
      return { opening: [CAUTIOUS_HELLO, GREETING], hasSmallTalk: false, closing: OPT_OUT };
    case 'voicemail':
      return { opening: [MACHINE_GREETING, MESSAGE], hasSmallTalk: false, closing: VOICEMAIL };
    default:
      return { opening: TALK, hasSmallTalk: true, closing: REACHED };
  }
}
