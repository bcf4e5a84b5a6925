import type { CallReport } from '#rules/call/call-report.js';
import type { WebhookReading, PlaceCallRequest, TelephonyProvider } from '#telephony/port/telephony-provider.js';

/** Ways in which the provider treats the next create request. */
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
  /** The call is created; the answer is a 408: a proxy had waited long enough. */
  'time_out_after_create',
  /** The connection is refused: no server listens there. */
  'unreachable',
] as const;
export type CreateBehaviour = (typeof CREATE_BEHAVIOURS)[number];

/** Next step of the called person or of the provider. */
export type CallStep = 'ring' | 'answer' | 'complete' | 'busy' | 'no_answer' | 'fail' | 'voicemail';

/** Message of the provider about a call: a provider webhook, or an event of an engine's stream. */
export interface Report {
  /**
   * Hands the message to the adapter as the provider would. Each time is a new request, so a test can repeat, delay or
   * reorder it.
   */
  deliver(): Promise<readonly CallReport[]>;
  /** Hands it over with a wrong signature; absent for a provider that signs no reports. */
  deliverForged?(): Promise<WebhookReading>;
  /**
   * Hands it over as it was sent, to the address of another dialer job. Absent for a provider whose reports have no
   * addresses.
   */
  deliverAt?(dialerJobId: string): Promise<WebhookReading>;
}

/** An adapter and its provider's other side, over real HTTP (or SIP), on loopback. */
export interface ProviderLab {
  readonly provider: TelephonyProvider;
  /** Behaviours that the provider can be made to show. */
  readonly behaviours: ReadonlySet<CreateBehaviour>;
  readonly steps: ReadonlySet<CallStep>;
  /** The provider accepts every call at first, and rejects it in a call report. */
  readonly refusesAfterwards?: boolean;
  /** A look-up tells neither when a call began nor how old it is. */
  readonly tellsNoStart?: boolean;
  /** The other side lists its calls by time. */
  readonly listsCalls?: boolean;
  /** The provider hangs as a whole: no request arrives, and nothing is reported, before it goes on. */
  readonly hangsAsAWhole?: boolean;
  /** The nth of many requests to different numbers. */
  request(n: number): PlaceCallRequest;
  behave(behaviour: CreateBehaviour): void;
  /** Create requests that have reached the other side for this dialer job, whatever became of them. */
  createRequests(dialerJobId: string): number;
  /** Moves the call of this dialer job; what there is to tell of it is found among `reports`. */
  step(dialerJobId: string, step: CallStep): Promise<void>;
  /** Lists all call reports of this dialer job so far, oldest first. The lab delivers none by itself. */
  reports(dialerJobId: string): Promise<readonly Report[]>;
  /**
   * Reads the words with which the call of this dialer job was told to begin; null: none. Absent where calls play a
   * prompt of the operator's and are told nothing.
   */
  toldFirst?(dialerJobId: string): string | null;
  /** Tells whether a call of this dialer job is live at the provider. */
  isLive(dialerJobId: string): boolean;
  close(): Promise<void>;
}
