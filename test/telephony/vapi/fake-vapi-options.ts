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
  /** What becomes of each create request that is well-formed; unless it says otherwise, it is accepted. */
  readonly reply?: () => CreateReply;
  /** How long a new call is not listed yet. */
  readonly listedAfterMs?: number;
  /** What is told to be the control address of a call; unless it says otherwise, one of the fake's. */
  readonly controlUrl?: (callId: string, apiUrl: string) => string;
  /** Whether a call can be controlled only once somebody has taken it. */
  readonly isControlledOnceTaken?: boolean;
  /**
   * What models make of a conversation; unless it says otherwise, that it was a success, and that the person wishes
   * nothing.
   */
  readonly analysis?: Readonly<Record<string, unknown>>;
  /**
   * Whether a recording is kept in the organisation's own store, which the API does not hand out but everybody may
   * read.
   */
  readonly hasOwnStore?: boolean;
}
