import { retryAfterSeconds } from '#rules/attempt/retry-after.js';
import type { HttpAnswer } from '../carrier/http-exchange.js';
import { isRefusal } from '../carrier/rejection-status.js';
import { causeOf, isCertainlyUnsent, isUnsendable } from '../carrier/transport-failure.js';
import type { PlaceCallResult } from '../port/telephony-provider.js';
import { endingOf } from './call-ending.js';
import { isCallId } from './call-resource.js';
import { signsOf } from './conversation.js';
import { endKindOf } from './end-kind.js';
import { JsonObject } from './json-object.js';
import { refusalOf } from './rejections.js';

/** Where nothing was sent, nothing was tried: the attempt is made anew after this long. */
const UNREACHABLE_PAUSE_SECONDS = 5;

/**
 * What says neither yes nor no (a 5xx, a redirect, a success without a call) may have rung.
 * @param now when it came.
 */
export function toCreateResult({ status, headers, body }: HttpAnswer, now: Date): PlaceCallResult {
  const call = JsonObject.parse(body.toString());
  const id = call.text('id');
  if (status >= 200 && status < 300 && isCallId(id))
    return unplacedIn(call) ?? { kind: 'accepted', providerCallId: id };
  if (!isRefusal(status)) return { kind: 'unknown', cause: `HTTP ${status}` };
  const { fault, code, pauseSeconds } = refusalOf(status, body);
  return { kind: 'rejected', fault, code, retryAfterSeconds: retryAfterSeconds(headers, now) ?? pauseSeconds };
}

/**
 * A call that has ended before it was answered for. That it is held up by the limit of calls at once
 * (`subscriptionLimits`) is no end: some of those wait at Vapi until there is room, and ring.
 */
function unplacedIn(call: JsonObject): PlaceCallResult | undefined {
  const reason = call.text('endedReason');
  if (call.text('status') !== 'ended' || reason === undefined) return undefined;
  const { notPlaced } = endingOf(endKindOf(reason), signsOf(call));
  return notPlaced && { kind: 'rejected', ...notPlaced, code: reason };
}

/**
 * A create request that was not answered. What cannot be sent at all is not sent later either: something is wrong with
 * the settings.
 */
export function toFailedResult(error: unknown): PlaceCallResult {
  if (isUnsendable(error)) return { kind: 'rejected', fault: 'account', code: `unsendable: ${causeOf(error)}` };
  return isCertainlyUnsent(error) ? unasked('provider_unreachable') : { kind: 'unknown', cause: causeOf(error) };
}

/** Nothing was asked for. */
export function unasked(code: string): PlaceCallResult {
  return { kind: 'rejected', fault: 'throttle', code, retryAfterSeconds: UNREACHABLE_PAUSE_SECONDS };
}
