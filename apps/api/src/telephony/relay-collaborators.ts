import type { CallEvent, ConversationTurn } from '#rules/call-event.js';

/** What the agent of a call has to know. */
export interface RelayAgent {
  readonly systemPrompt: string;
  /** Spoken by Twilio itself: the same that was sent as `welcomeGreeting`. */
  readonly firstMessage: string | null;
  /** When the call was answered; null: not known, so it is when Twilio connects. */
  readonly startedAt: Date | null;
  /** IANA, where the person lives; absent: UTC. A call-back "at three" is meant in it. */
  readonly timeZone?: string | null;
  /** Absent: as long as Twilio lets it last. */
  readonly longestCallSeconds?: number;
}

/** Who knows calls and keeps what was said in them. */
export interface RelayCollaborators {
  /** Null for a dialer job whose call is not, or no longer, on the line. */
  findAgent(dialerJobId: string): Promise<RelayAgent | null>;
  /** All turns so far; with `isOver` the last time. */
  keepTurns(dialerJobId: string, turns: readonly ConversationTurn[], isOver: boolean): Promise<unknown>;
  /** What the conversation came to, once it is over: facts without a status. */
  conclude(event: CallEvent): Promise<unknown>;
}
