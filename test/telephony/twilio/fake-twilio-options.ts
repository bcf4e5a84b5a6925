import type { CallbackReport } from './call-reports.js';
import type { CreateReply, CreateRequest } from './create-replies.js';
import type { FakeCall } from './fake-call.js';

export interface FakeTwilioOptions {
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKey?: { readonly sid: string; readonly secret: string } | null;
  /** Default: any that is free. */
  readonly port?: number;
  /** Address under which recordings are named; default: the fake's own. */
  readonly reachedAt?: string;
  /** Its clock; the system's, unless a test brings its own. */
  readonly now?: () => Date;
  /** Replies to each create request that is well-formed; default: accepts it. */
  readonly reply?: (request: CreateRequest) => CreateReply;
  /** Called with each new call, before its create request is answered. */
  readonly onCall?: (call: FakeCall, request: CreateRequest) => Promise<void> | void;
  /** Called with whatever there is to report of a call, from its first report on; nothing is posted by itself. */
  readonly onReport?: (call: FakeCall, report: CallbackReport) => void;
  /** Time during which a new call is not found yet: the resource is eventually consistent. */
  readonly visibleAfterMs?: number;
  /** Time from the end of a call to its price. */
  readonly pricedAfterMs?: number | (() => number);
  /** True when the fake rejects canceling a call that was answered; otherwise canceling changes nothing. */
  readonly refusesLateCancel?: boolean;
  /** File of the log, in the format of `apps/carrier`. */
  readonly logFile?: string | null;
}
