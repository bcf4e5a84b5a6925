import type { CreateReply } from './create-replies.js';

export interface OwnedNumber {
  readonly id: string;
  readonly number: string;
}

export interface FakeVapiOptions {
  readonly apiKey: string;
  readonly phoneNumbers: readonly OwnedNumber[];
  /** Its clock; the system's, unless a test brings its own. */
  readonly now?: () => Date;
  /** Replies to each create request that is well-formed; default: accepts it. */
  readonly reply?: () => CreateReply;
  /** Time during which a new call is not listed yet. */
  readonly listedAfterMs?: number;
  /** Returns the control address of a call; default: one of the fake's. */
  readonly controlUrl?: (callId: string, apiUrl: string) => string;
  /** True when a call can be controlled only once the person has answered. */
  readonly isControlledOnceAnswered?: boolean;
  /** Analysis that models make of a conversation. The default is a success, and the person wishes nothing. */
  readonly analysis?: Readonly<Record<string, unknown>>;
  /**
   * True when recordings are kept in the organisation's own store. The API does not hand them out, but everybody may
   * read them.
   */
  readonly hasOwnStore?: boolean;
}
