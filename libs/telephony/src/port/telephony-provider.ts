import type { Readable } from 'node:stream';
import type { CallEvent } from '#rules/call/call-report.js';
import type { VoicemailAction } from '#rules/call/voicemail-action.js';

/** Everything a provider needs for one call. `dialerJobId` is the key by which the call can be found again. */
export interface PlaceCallRequest {
  readonly dialerJobId: string;
  /** E.164. */
  readonly to: string;
  /** The caller id, E.164; null: whatever the provider shows by itself. */
  readonly from: string | null;
  /** Where the provider shall report on this call; null: nobody listens, and look-ups must do. */
  readonly callbackUrl: string | null;
  readonly agent: {
    readonly systemPrompt: string;
    readonly voiceId: string;
    /** Words that the agent says before anybody else speaks; null: none of its own. */
    readonly firstMessage: string | null;
    /**
     * Disclosure and recording notice, with which `firstMessage` begins; null: there are none. The person shall hear
     * them to their end: a provider that can lets nobody interrupt them.
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
   * `hangup`: a provider that can shall end the call as soon as it knows that a machine has taken it; else the engine
   * has it ended.
   */
  readonly voicemailAction: VoicemailAction;
  /** Attempt to reach the person, from 1; one that was given back does not count. */
  readonly attempt: number;
  /** When the attempt was committed, by the database's clock; the same instant that a later `CallReference` carries. */
  readonly placedAt: Date;
}

/**
 * What is known after asking a provider to call, once:
 * accepted (it rings or will), rejected (nothing can ring; the class says whose fault it is), unknown (it may ring).
 */
export type PlaceCallResult =
  | { readonly kind: 'accepted'; readonly providerCallId: string }
  | {
      readonly kind: 'rejected';
      /**
       * permanent: this number · retryable: this attempt · throttle: too fast · account: credentials, credit, settings.
       */
      readonly fault: 'permanent' | 'retryable' | 'throttle' | 'account';
      readonly code: string;
      readonly retryAfterSeconds?: number;
    }
  | { readonly kind: 'unknown'; readonly cause: string };

/**
 * What a provider answers when asked about a call. `others`: calls that can be meant as well, best first, where it
 * keeps no key of ours and was asked by numbers and time. A call that is found says when it began and how old it is, by
 * the provider's own clock, where that is told. `not_found` with `isFinal` means that the call cannot exist any more,
 * nor appear later.
 */
export type CallLookup =
  | { readonly kind: 'found'; readonly event: CallEvent; readonly others?: readonly CallEvent[] }
  | { readonly kind: 'not_found'; readonly isFinal: boolean }
  | { readonly kind: 'unavailable'; readonly cause: string };

export type HangupResult = 'hung_up' | 'already_ended' | 'not_found' | 'unavailable';

/** As it comes: whoever opened it reads it to its end, or destroys it. It fails where the provider breaks off. */
export interface CallRecording {
  readonly contentType: string;
  /** Bytes; null where the provider does not say. */
  readonly length: number | null;
  readonly content: Readable;
}

/** gone: the provider has none, or none any more · unavailable: it did not say, or would not. */
export type OpenedRecording = CallRecording | 'gone' | 'unavailable';

export interface TelephonyCapabilities {
  /** Seconds between two look-ups of a live call by the sweeper, beside the events that arrive by themselves. */
  readonly lookupIntervalSeconds: number;
  /** Seconds after which an unanswered create request counts as unknown. */
  readonly createTimeoutSeconds: number;
  /**
   * Seconds after a call's end, rising, at which it is looked up again while its cost is not known; none where it never
   * comes later than the end.
   */
  readonly lateFactsSeconds: readonly number[];
}

/** A call as far as we know it: `providerCallId` is null as long as the create request has not been answered. */
export interface CallReference {
  readonly dialerJobId: string;
  readonly providerCallId: string | null;
  readonly to: string;
  /** The caller id that it was placed with. */
  readonly from: string | null;
  /** As in the request. */
  readonly attempt: number;
  readonly placedAt: Date;
}

/** What somebody sent to the callback URL of a dialer job, as it came. */
export interface CallbackRequest {
  readonly dialerJobId: string;
  /** As the provider sees it: PUBLIC_URL, path and query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/**
 * forged: not from the provider, answered 403 and forgotten · unreadable: from it, but not understood, or of another
 * call; kept for an operator.
 */
export type CallbackReading =
  | { readonly kind: 'events'; readonly events: readonly CallEvent[] }
  | { readonly kind: 'forged' }
  | { readonly kind: 'unreadable'; readonly cause: string };

/** The right to be the one process that a provider's calls hang on. */
export interface ProviderClaim {
  /** What they hang on there (an engine's directory, say): the same for whoever claims it after a crash. */
  readonly holder: string;
  release(): void;
}

/**
 * A call that a provider has, whoever knows of it here. `dialerJobId` of the event means nothing where `dialerJobId`
 * here is null.
 */
export interface ListedCall {
  /** E.164. */
  readonly to: string;
  /** E.164; null: the provider does not say. */
  readonly from: string | null;
  readonly createdAt: Date;
  /** Our key, where the provider keeps one. */
  readonly dialerJobId: string | null;
  readonly event: CallEvent;
}

/** All calls that were created since a time, or none where the provider could not say which. */
export type CallListing =
  | { readonly kind: 'listed'; readonly calls: readonly ListedCall[] }
  | { readonly kind: 'unavailable'; readonly cause: string };

/** A voice provider. No method throws for anything a provider or a network does; the results say it. */
export interface TelephonyProvider {
  readonly name: string;
  readonly capabilities: TelephonyCapabilities;
  /** It brings the conversations of its calls to our API: one that was taken and had none has gone wrong. */
  readonly relaysConversations?: boolean;
  /**
   * For providers over which a call may say its campaign's first message and nothing else: whether with this one nobody
   * would hear anything.
   */
  saysNothing?(firstMessage: string | null): boolean;
  /** Sends exactly one create request, never repeated. */
  placeCall(request: PlaceCallRequest, signal: AbortSignal): Promise<PlaceCallResult>;
  hangup(call: CallReference): Promise<HangupResult>;
  /** Asks about one call, by the provider's id, or by our key where that id is not known. */
  lookUp(call: CallReference): Promise<CallLookup>;
  /**
   * For providers that list their calls by time: all outbound calls that were created since then. Takes as long as it
   * takes.
   */
  listCalls?(since: Date): Promise<CallListing>;
  openRecording(recordingUrl: string): Promise<OpenedRecording>;
  /**
   * For providers whose recordings are kept where we can reach them: deletes one. `deleted` also where there is none
   * any more.
   */
  deleteRecording?(recordingUrl: string): Promise<'deleted' | 'unavailable'>;
  /** For providers that call back: checks the signature and translates; touches nothing else. */
  readCallback?(callback: CallbackRequest): CallbackReading;
  /**
   * For providers whose calls hang on one process at a time: makes it this one among those that share what they hang
   * on; null while it is another. Which of several such places is used, the engine decides; until then, and elsewhere,
   * nothing is known of any call.
   */
  claim?(): ProviderClaim | null;
  /**
   * For providers whose events come over a connection of ours: starts listening, returns how to stop. Of one that is
   * claimed, only then.
   */
  stream?(listener: (event: CallEvent) => void): () => Promise<void>;
}
