import type { ConversationTurn } from '#rules/call/call-report.js';
import type { SessionEnd } from '#rules/access/session-end.js';

/** Facts that the agent of a call needs. */
export interface RelayAgent {
  readonly systemPrompt: string;
  /** First message, which Twilio itself speaks. It was sent as `welcomeGreeting`. */
  readonly firstMessage: string | null;
  /** Disclosure and recording notice, with which `firstMessage` begins; null: there are none. */
  readonly firstWords: string | null;
  /** Language tag (RFC 5646); null: the prompt decides. */
  readonly language: string | null;
  /** Time at which the call was answered; null if unknown, so that Twilio's connection counts. */
  readonly startedAt: Date | null;
  /** Longest duration of the call; absent: Twilio's own limit. */
  readonly longestCallSeconds?: number;
  /** Twilio's own id of the call; null: not known yet. */
  readonly callSid: string | null;
  /** Numbers the sessions of the call: only the latest is kept. */
  readonly session: number;
  /** Turns of earlier sessions. */
  readonly earlierTurns: readonly ConversationTurn[];
}

/** Session of a conversation, as far as it has come. */
export interface KeptSession {
  readonly dialerJobId: string;
  readonly session: number;
  readonly turns: readonly ConversationTurn[];
  /** True once the agent has said something that its model made. */
  readonly hasAnswered: boolean;
  /** Null while it goes on. */
  readonly end: SessionEnd | null;
}

/** Functions that look up calls and store what is said in them. */
export interface RelayCollaborators {
  /** Records that a session begins. Returns null if the dialer job has no live call. */
  openSession(dialerJobId: string): Promise<RelayAgent | null>;
  keepSession(kept: KeptSession): Promise<unknown>;
}
