import type { CallbackReport } from './call-reports.js';
import type { CreateReply, CreateRequest } from './create-replies.js';
import type { FakeCall } from './fake-call.js';

export interface FakeTwilioOptions {
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKey?: { readonly sid: string; readonly secret: string } | null;
  /** Default: any that is free. */
  readonly port?: number;
  /** Where recordings are said to be; default: here. */
  readonly reachedAt?: string;
  /** Its clock; the system's, unless a test brings its own. */
  readonly now?: () => Date;
  /** What becomes of each create request that is well-formed; unless it says otherwise, it is accepted. */
  readonly reply?: (request: CreateRequest) => CreateReply;
  /** Called with each new call, before its create request is answered. */
  readonly onCall?: (call: FakeCall, request: CreateRequest) => Promise<void> | void;
  /** Called with whatever there is to report of a call, from its first report on; nothing is posted by itself. */
  readonly onReport?: (call: FakeCall, report: CallbackReport) => void;
  /** How long a new call is not to be found yet: the resource is eventually consistent. */
  readonly visibleAfterMs?: number;
  /** How long after its end a call has a price. */
  readonly pricedAfterMs?: number | (() => number);
  /** Whether canceling a call that was answered is refused, or changes nothing. */
  readonly refusesLateCancel?: boolean;
  /** Where to write down what happens, in the format of `apps/carrier`. */
  readonly logFile?: string | null;
}
