import type { CallStatus } from './call-status.js';
import type { AnsweredBy, Outcome } from './outcome.js';

/** One turn of a conversation; `seconds_from_start` counts from the answer. */
export interface ConversationTurn {
  readonly role: 'agent' | 'person';
  readonly text: string;
  readonly seconds_from_start: number;
}

/**
 * One thing a provider said about a call: by callback, by an engine's stream or when it was asked. Events may arrive in
 * any order and any number of times; `eventKey` names one within its dialer job, so that a repeat is a no-op.
 */
export interface CallEvent {
  readonly eventKey: string;
  readonly dialerJobId: string;
  /** Null only in what we conclude ourselves of a call that the provider does not know. */
  readonly providerCallId: string | null;
  readonly occurredAt: Date;
  /** Absent when the event only brings facts (a late recording, a cost). */
  readonly status?: CallStatus;
  readonly answeredBy?: AnsweredBy;
  /** The provider's (or agent's) own verdict, where it has one. */
  readonly outcome?: Outcome;
  /** The provider's own word for how the call ended. */
  readonly endReason?: string;
  /**
   * The provider took the call and ended it before anything rang, and neither the number nor this attempt is to blame:
   * as if it had refused to place it. Counts only as long as nothing was heard ringing; beside it stands what the end
   * is taken for otherwise.
   */
  readonly notPlaced?: { readonly fault: 'throttle' | 'account'; readonly retryAfterSeconds?: number };
  readonly durationSeconds?: number;
  /** Decimal text, in the account's currency, at most four places kept. */
  readonly cost?: string;
  /** Where the provider keeps the recording; opened with `TelephonyProvider.openRecording`. */
  readonly recordingUrl?: string;
  readonly transcript?: string;
  readonly summary?: string;
  readonly messages?: readonly ConversationTurn[];
  /** When the person asked to be called again. */
  readonly callbackAt?: Date;
  /** Outdial concluded it without the provider's word, which replaces it whenever it comes. */
  readonly isPresumed?: true;
  /** When the call began, by the provider's own clock. */
  readonly startedAt?: Date;
  /** The provider has played its prompt to the end, and with it the first words. */
  readonly isPromptPlayed?: true;
  /** Seconds that the call has lasted when this was said, both ends by the provider's own clock. */
  readonly ageSeconds?: number;
}
