import { retryAfterSeconds } from '#rules/attempt/retry-after.js';
import type { HttpAnswer } from '../carrier/http-exchange.js';
import { isRejection } from '../carrier/rejection-status.js';
import { causeOf, isCertainlyUnsent, isUnsendable } from '../carrier/transport-failure.js';
import type { PlaceCallResult } from '../port/telephony-provider.js';
import { endingOf } from './call-ending.js';
import { isUuid } from '#runtime/uuid.js';
import { signsOf } from './conversation.js';
import { endKindOf } from './end-kind.js';
import { JsonObject } from './json-object.js';
import { rejectionOf } from './rejections.js';

/** Seconds after which a new attempt is made when nothing was sent. */
const UNREACHABLE_PAUSE_SECONDS = 5;

/**
 * Turns an answer into a result. An answer that is neither yes nor no may have rung: a 5xx, a redirect, a success
 * without a call.
 * @param now time of the answer.
 */
export function toCreateResult({ status, headers, body }: HttpAnswer, now: Date): PlaceCallResult {
  const call = JsonObject.parse(body.toString());
  const id = call.text('id');
  if (status >= 200 && status < 300 && isUuid(id)) return unplacedIn(call) ?? { kind: 'accepted', providerCallId: id };
  if (!isRejection(status)) return { kind: 'unknown', cause: `HTTP ${status}` };
  const { fault, code, pauseSeconds } = rejectionOf(status, body);
  return { kind: 'rejected', fault, code, retryAfterSeconds: retryAfterSeconds(headers, now) ?? pauseSeconds };
}

/**
 * Returns the rejection of a call that ended before Vapi answered. A call that waits for the limit of calls at once
 * (`subscriptionLimits`) has not ended. Some of those ring once Vapi has room.
 */
function unplacedIn(call: JsonObject): PlaceCallResult | undefined {
  const reason = call.text('endedReason');
  if (call.text('status') !== 'ended' || reason === undefined) return undefined;
  const { notPlaced } = endingOf(endKindOf(reason), signsOf(call));
  return notPlaced && { kind: 'rejected', ...notPlaced, code: reason };
}

/**
 * Returns the result of a create request that was not answered. A request that cannot be sent at all points to wrong
 * settings.
 */
export function toFailedResult(error: unknown): PlaceCallResult {
  if (isUnsendable(error)) return { kind: 'rejected', fault: 'account', code: `unsendable: ${causeOf(error)}` };
  return isCertainlyUnsent(error) ? unasked('provider_unreachable') : { kind: 'unknown', cause: causeOf(error) };
}

/** Returns the rejection of a call for which no request was sent. */
export function unasked(code: string): PlaceCallResult {
  return { kind: 'rejected', fault: 'throttle', code, retryAfterSeconds: UNREACHABLE_PAUSE_SECONDS };
}
