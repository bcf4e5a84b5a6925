import type { Outcome } from '#rules/call/outcome.js';
import { CALLBACK_REQUESTED, GOAL_REACHED, OPT_OUT, REACHED, VOICEMAIL } from './conversation-closings.js';
import type { Turn } from './conversation-turn.js';
import { CAUTIOUS_HELLO, FRIENDLY_REPLY, GREETING, MACHINE_GREETING, MESSAGE } from './conversation-openings.js';

export interface PlotTurns {
  readonly opening: readonly Turn[];
  /** True if agent and person talk about something between opening and closing. */
  readonly hasSmallTalk: boolean;
  readonly closing: readonly Turn[];
}

const TALK = [GREETING, FRIENDLY_REPLY];

/** Returns the turns of an outcome. An outcome that no answered call can have counts as `reached`. */
export function plotTurns(outcome: Outcome): PlotTurns {
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
