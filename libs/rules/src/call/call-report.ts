import type { CallStatus } from './call-status.js';
import type { AnsweredBy, Outcome } from './outcome.js';

/** Turn of a conversation; `seconds_from_start` counts from the answer. */
export interface ConversationTurn {
  readonly role: 'agent' | 'person';
  readonly text: string;
  readonly seconds_from_start: number;
}

/**
 * Report of a provider about a call. It arrives by webhook, by an engine's stream or as the answer to a lookup. Reports
 * arrive in any order and any number of times. `reportKey` names one within its dialer job, so that a repeat is a
 * no-op.
 */
export interface CallReport {
  readonly reportKey: string;
  readonly dialerJobId: string;
  /** Null only in conclusions of Outdial about a call that the provider does not know. */
  readonly providerCallId: string | null;
  readonly occurredAt: Date;
  /** Absent if the report only brings facts, such as a late recording or a cost. */
  readonly status?: CallStatus;
  readonly answeredBy?: AnsweredBy;
  /** Verdict of the provider or the agent, if there is one. */
  readonly outcome?: Outcome;
  /** End reason in the provider's own words. */
  readonly endReason?: string;
  /**
   * Set if the provider ended the call before anything rang, for no fault of the number or this attempt. Outdial then
   * treats the placement as rejected.
   * The field counts only while no report shows ringing. The other fields say what the end means otherwise.
   */
  readonly notPlaced?: { readonly fault: 'throttle' | 'account'; readonly retryAfterSeconds?: number };
  readonly durationSeconds?: number;
  /** Decimal text in the account's currency; four decimal places are stored. */
  readonly cost?: string;
  /** Address of the recording at the provider; `TelephonyProvider.openRecording` opens it. */
  readonly recordingUrl?: string;
  readonly transcript?: string;
  readonly summary?: string;
  readonly messages?: readonly ConversationTurn[];
  /** Time at which the person wants to be called again. */
  readonly callbackAt?: Date;
  /** True if Outdial concluded this without a report of the provider. Any later report of the provider replaces it. */
  readonly isPresumed?: true;
  /** Time at which the call began, by the provider's clock. */
  readonly startedAt?: Date;
  /** True if the provider has played its prompt to the end, and with it the first words. */
  readonly isPromptPlayed?: true;
  /** Seconds that the call has lasted at the time of the report, by the provider's clock. */
  readonly ageSeconds?: number;
}
