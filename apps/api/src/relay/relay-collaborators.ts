import type { ConversationTurn } from '#rules/call/call-report.js';
import type { SessionEnd } from '#rules/access/session-end.js';

/** What the agent of a call has to know. */
export interface RelayAgent {
  readonly systemPrompt: string;
  /** Spoken by Twilio itself: the same that was sent as `welcomeGreeting`. */
  readonly firstMessage: string | null;
  /** Disclosure and recording notice, with which `firstMessage` begins; null: there are none. */
  readonly firstWords: string | null;
  /** RFC 5646; null: whatever the prompt says. */
  readonly language: string | null;
  /** When the call was answered; null: not known, so it is when Twilio connects. */
  readonly startedAt: Date | null;
  /** Absent: as long as Twilio lets it last. */
  readonly longestCallSeconds?: number;
  /** Twilio's own id of the call; null: not known yet. */
  readonly callSid: string | null;
  /** Numbers the sessions of the call: only the latest is kept. */
  readonly session: number;
  /** What was said in earlier ones. */
  readonly earlierTurns: readonly ConversationTurn[];
}

/** One session of a conversation, as far as it has come. */
export interface KeptSession {
  readonly dialerJobId: string;
  readonly session: number;
  readonly turns: readonly ConversationTurn[];
  /** Whether the agent has said anything that its model made. */
  readonly hasAnswered: boolean;
  /** Null while it goes on. */
  readonly end: SessionEnd | null;
}

/** Who knows calls and keeps what is said in them. */
export interface RelayCollaborators {
  /** Writes down that a session begins. Null for a dialer job whose call is not, or no longer, on the line. */
  openSession(dialerJobId: string): Promise<RelayAgent | null>;
  keepSession(kept: KeptSession): Promise<unknown>;
}
