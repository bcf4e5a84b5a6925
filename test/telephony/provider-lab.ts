import type { CallEvent } from '#rules/call/call-report.js';
import type { CallbackReading, PlaceCallRequest, TelephonyProvider } from '#telephony/port/telephony-provider.js';

/** How the provider's other side takes the next create request. */
export const CREATE_BEHAVIOURS = [
  'accept',
  'refuse_permanent',
  'refuse_retryable',
  /** 429, or what the provider has for it, with a Retry-After of 7 seconds where there is one. */
  'throttle',
  'refuse_account',
  /** The call is created; the connection is dropped before the answer. */
  'lose_answer',
  /** The call is created; nothing is ever answered. */
  'hang',
  /** The call is created; the answer is a 5xx. */
  'fail_after_create',
  /** The call is created; the answer is a 408: somebody between had waited long enough. */
  'time_out_after_create',
  /** Nobody listens there. */
  'unreachable',
] as const;
export type CreateBehaviour = (typeof CREATE_BEHAVIOURS)[number];

/** What the called person, or the provider's line, does next. */
export type CallStep = 'ring' | 'answer' | 'complete' | 'busy' | 'no_answer' | 'fail' | 'voicemail';

/** Something that the other side has to tell of a call: a callback, or an event of an engine's stream. */
export interface Report {
  /**
   * Hands it to the adapter as the provider would; each time anew, so that it can be repeated, late or out of order.
   */
  deliver(): Promise<readonly CallEvent[]>;
  /** The same, with a signature that is wrong; absent for a provider whose reports are not signed. */
  deliverForged?(): Promise<CallbackReading>;
  /**
   * The same as it was sent, to the address of another dialer job; absent for a provider whose reports have no
   * addresses.
   */
  deliverAt?(dialerJobId: string): Promise<CallbackReading>;
}

/** An adapter and its provider's other side, over real HTTP (or SIP), on loopback. */
export interface ProviderLab {
  readonly provider: TelephonyProvider;
  /** What this other side can be made to do. */
  readonly behaviours: ReadonlySet<CreateBehaviour>;
  readonly steps: ReadonlySet<CallStep>;
  /** It takes every call at first, and a refusal comes as an event. */
  readonly refusesAfterwards?: boolean;
  /** A look-up tells neither when a call began nor how old it is. */
  readonly tellsNoStart?: boolean;
  /** The other side lists its calls by time. */
  readonly listsCalls?: boolean;
  /** What hangs is the other side as a whole: no request arrives, and nothing is told, before it goes on. */
  readonly hangsAsAWhole?: boolean;
  /** The nth of many requests to different numbers. */
  request(n: number): PlaceCallRequest;
  behave(behaviour: CreateBehaviour): void;
  /** Create requests that have reached the other side for this dialer job, whatever became of them. */
  createRequests(dialerJobId: string): number;
  /** Moves the call of this dialer job; what there is to tell of it is found among `reports`. */
  step(dialerJobId: string, step: CallStep): Promise<void>;
  /**
   * All that has been told, or is to be told, of this dialer job so far, oldest first; nothing is delivered by itself.
   */
  reports(dialerJobId: string): Promise<readonly Report[]>;
  /**
   * Reads what the other side was told to say first in the call of this dialer job, null: nothing; absent where calls
   * play a prompt of the operator's and are told nothing.
   */
  toldFirst?(dialerJobId: string): string | null;
  /** Is there a call of this dialer job on the line at the other side? */
  isLive(dialerJobId: string): boolean;
  close(): Promise<void>;
}
