import type { Readable } from 'node:stream';
import type { CallReport } from '#rules/call/call-report.js';
import type { VoicemailAction } from '#rules/call/voicemail-action.js';

/** Request for one call. `dialerJobId` is the key by which the call can be found again. */
export interface PlaceCallRequest {
  readonly dialerJobId: string;
  /** E.164. */
  readonly to: string;
  /** Caller id in E.164; null: the provider chooses the number that it shows. */
  readonly from: string | null;
  /**
   * Address for the provider's webhooks about this call; null: there is none, and only look-ups tell of the call.
   */
  readonly webhookUrl: string | null;
  readonly agent: {
    readonly systemPrompt: string;
    readonly voiceId: string;
    /** Words that the agent says before the callee speaks; null: the campaign has none. */
    readonly firstMessage: string | null;
    /**
     * Disclosure and recording notice at the beginning of `firstMessage`; null: there are none. The callee must hear
     * them to their end. A provider that can makes them uninterruptible.
     */
    readonly firstWords: string | null;
    /** RFC 5646; null: the provider's default. */
    readonly language: string | null;
  };
  readonly person: { readonly firstName: string | null; readonly lastName: string | null };
  readonly ringTimeoutSeconds: number;
  readonly maxCallSeconds: number;
  readonly recordCall: boolean;
  /**
   * `hangup`: a provider that detects answering machines ends the call as soon as one answers. With any other provider
   * the engine hangs up.
   */
  readonly voicemailAction: VoicemailAction;
  /** Number of this attempt to reach the person, from 1. An attempt that was refunded does not count. */
  readonly attempt: number;
  /**
   * Time at which the attempt was committed, by the database's clock. A later `CallReference` carries the same instant.
   */
  readonly placedAt: Date;
}

/**
 * Result of one create request. accepted: the phone rings or will. rejected: nothing can ring; `fault` says why.
 * unknown: the phone may ring.
 */
export type PlaceCallResult =
  | { readonly kind: 'accepted'; readonly providerCallId: string }
  | {
      readonly kind: 'rejected';
      /**
       * permanent: the number is at fault · retryable: this attempt · throttle: calls come too fast · account:
       * credentials, credit or settings.
       */
      readonly fault: 'permanent' | 'retryable' | 'throttle' | 'account';
      readonly code: string;
      readonly retryAfterSeconds?: number;
    }
  | { readonly kind: 'unknown'; readonly cause: string };

/**
 * Answer of a provider to a look-up of one call. `others` lists further calls that may be the one, best first. A
 * provider that stores no key of ours is asked by numbers and time. A call that is found has its start and its age by
 * the provider's own clock, if known. `not_found` with `isFinal` means that the call does not exist and cannot appear
 * later.
 */
export type CallLookup =
  | { readonly kind: 'found'; readonly report: CallReport; readonly others?: readonly CallReport[] }
  | { readonly kind: 'not_found'; readonly isFinal: boolean }
  | { readonly kind: 'unavailable'; readonly cause: string };

export type HangupResult = 'hung_up' | 'already_ended' | 'not_found' | 'unavailable';

/**
 * Recording as it arrives. The caller reads the content to its end or destroys it. The content fails if the provider
 * breaks off.
 */
export interface CallRecording {
  readonly contentType: string;
  /** Bytes; null: the provider does not tell. */
  readonly length: number | null;
  readonly content: Readable;
}

/** gone: the provider has no recording, or no longer · unavailable: the provider did not answer, or declined. */
export type OpenedRecording = CallRecording | 'gone' | 'unavailable';

export interface TelephonyCapabilities {
  /** Seconds between two look-ups of a live call by the sweeper. Call reports arrive independently of them. */
  readonly lookupIntervalSeconds: number;
  /** Seconds after which an unanswered create request counts as unknown. */
  readonly createTimeoutSeconds: number;
  /**
   * Seconds after a call's end, ascending, at which the call is looked up again while its cost is unknown. Empty: the
   * cost never comes later than the end.
   */
  readonly lateFactsSeconds: readonly number[];
}

/** Call as far as Outdial knows it. `providerCallId` is null until the provider has answered the create request. */
export interface CallReference {
  readonly dialerJobId: string;
  readonly providerCallId: string | null;
  readonly to: string;
  /** Caller id that the call was placed with. */
  readonly from: string | null;
  /** Attempt number of the create request. */
  readonly attempt: number;
  readonly placedAt: Date;
}

/** Request to the webhook address of a dialer job, unverified. */
export interface WebhookRequest {
  readonly dialerJobId: string;
  /** Full address as the provider sees it: PUBLIC_URL, path and query. */
  readonly url: string;
  /** Headers with names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/**
 * forged: not from the provider; answered 403 and not stored. unreadable: from the provider, but not understood or
 * about another call; kept for an operator.
 */
export type WebhookReading =
  | { readonly kind: 'reports'; readonly reports: readonly CallReport[] }
  | { readonly kind: 'forged' }
  | { readonly kind: 'unreadable'; readonly cause: string };

/** Right of one process to operate the resource that a provider's calls depend on, such as an engine's directory. */
export interface ProviderClaim {
  /**
   * Identity of that resource. It stays the same for a process that claims the resource after a crash.
   */
  readonly holder: string;
  release(): void;
}

/**
 * Call in a provider's list, whether or not Outdial knows it. `report.dialerJobId` has no meaning if `dialerJobId` here
 * is null.
 */
export interface ListedCall {
  /** E.164. */
  readonly to: string;
  /** E.164; null: the provider does not tell. */
  readonly from: string | null;
  readonly createdAt: Date;
  /** Dialer job of the call; null: the provider stores no key of ours. */
  readonly dialerJobId: string | null;
  readonly report: CallReport;
}

/** All calls that were created since a time, or no list if the provider could not tell them all. */
export type CallListing =
  | { readonly kind: 'listed'; readonly calls: readonly ListedCall[] }
  | { readonly kind: 'unavailable'; readonly cause: string };

/** Voice provider. No method throws for an error of the provider or the network; the results tell it. */
export interface TelephonyProvider {
  readonly name: string;
  readonly capabilities: TelephonyCapabilities;
  /**
   * True if the provider connects each conversation to Outdial's relay. An answered call without a conversation has
   * then gone wrong.
   */
  readonly relaysConversations?: boolean;
  /**
   * Tells if a call with this first message would be silent. Only providers that may say nothing but the first message
   * have this method.
   */
  saysNothing?(firstMessage: string | null): boolean;
  /** Sends exactly one create request and never repeats it. */
  placeCall(request: PlaceCallRequest, signal: AbortSignal): Promise<PlaceCallResult>;
  hangup(call: CallReference): Promise<HangupResult>;
  /** Asks the provider about one call, by the provider's id, or by the dialer job if that id is unknown. */
  lookUp(call: CallReference): Promise<CallLookup>;
  /**
   * Lists all outbound calls that were created since a time, however long that takes. Only providers that list calls by
   * time have this method.
   */
  listCalls?(since: Date): Promise<CallListing>;
  openRecording(recordingUrl: string): Promise<OpenedRecording>;
  /**
   * Deletes one recording. Only providers whose recordings Outdial can reach have this method. `deleted` also if there
   * was none.
   */
  deleteRecording?(recordingUrl: string): Promise<'deleted' | 'unavailable'>;
  /**
   * Verifies the signature of a provider webhook and translates it, without side effects. Only providers that send
   * webhooks have this method.
   */
  readWebhook?(webhook: WebhookRequest): WebhookReading;
  /**
   * Makes this process the one that operates the provider's calls; null: another process does. Only providers whose
   * calls depend on one process have this method. The engine decides which of several claims is used. Until then, and
   * in all other processes, no call is known.
   */
  claim?(): ProviderClaim | null;
  /**
   * Starts to listen for call reports. Only providers that report over a connection of ours have this method. A
   * provider with `claim` must be claimed before.
   * @returns a function that stops listening.
   */
  stream?(listener: (event: CallReport) => void): () => Promise<void>;
}
