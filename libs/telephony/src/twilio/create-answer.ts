import { retryAfterSeconds } from '#rules/attempt/retry-after.js';
import type { HttpAnswer } from '../carrier/http-exchange.js';
import { isRejection } from '../carrier/rejection-status.js';
import { causeOf, isCertainlyUnsent } from '../carrier/transport-failure.js';
import type { PlaceCallResult } from '../port/telephony-provider.js';
import { isCallSid } from './call-resource.js';
import { faultOf, pauseSecondsOf } from './rejections.js';
import { errorCodeOf, readJson } from './twilio-api.js';

/** Seconds after which a new attempt is made when nothing was sent. */
const UNREACHABLE_PAUSE_SECONDS = 5;

/**
 * Turns an answer into a result. An answer that is neither yes nor no may have rung: a 5xx, a redirect, a success
 * without a call.
 * @param now time of the answer.
 */
export function toCreateResult(answer: HttpAnswer, now: Date): PlaceCallResult {
  const { status } = answer;
  const content = readJson(answer);
  const sid = content?.['sid'];
  if (status >= 200 && status < 300 && isCallSid(sid)) return { kind: 'accepted', providerCallId: sid };
  if (!isRejection(status)) return { kind: 'unknown', cause: `HTTP ${status}` };
  const code = errorCodeOf(content);
  return {
    kind: 'rejected',
    fault: faultOf(status, code),
    code: code === null ? `HTTP ${status}` : String(code),
    retryAfterSeconds: retryAfterSeconds(answer.headers, now) ?? pauseSecondsOf(code),
  };
}

/** Returns the result of a create request that was not answered. */
export function toFailedResult(error: unknown): PlaceCallResult {
  return isCertainlyUnsent(error)
    ? {
        kind: 'rejected',
        fault: 'throttle',
        code: 'provider_unreachable',
        retryAfterSeconds: UNREACHABLE_PAUSE_SECONDS,
      }
    : { kind: 'unknown', cause: causeOf(error) };
}
