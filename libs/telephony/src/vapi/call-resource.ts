import type { ListedCall } from '../port/telephony-provider.js';
import type { CallEvent } from '#rules/call/call-report.js';
import { callAge } from '../port/call-age.js';
import { toEnd } from './call-end.js';
import { toCallStatus } from './call-status.js';
import type { JsonObject } from './json-object.js';

export function isCallId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}

/** Which dialer job a call is of. The name comes last: anybody can give it another one. */
export function dialerJobIdOf(call: JsonObject): string | undefined {
  return (
    call.at('assistant').at('metadata').text('dialerJobId') ??
    call.at('customer').text('externalId') ??
    call.text('name')
  );
}

interface LookedUp {
  readonly callId: string;
  readonly dialerJobId: string;
  readonly apiUrl: string;
  /** Stands in for times that the call does not have. */
  readonly now: Date;
  /** The time at which Vapi told of it, as its answer said. */
  readonly toldAt?: string | null;
}

/**
 * A call as it is now. What comes with its report may be missing at first, and the name of the event says what it
 * knows, so that an event which knows more is another one.
 */
export function toLookupEvent(
  call: JsonObject,
  { callId, dialerJobId, apiUrl, now, toldAt = null }: LookedUp,
): CallEvent {
  const word = call.text('status');
  const age = callAge(call.time('startedAt') ?? call.time('createdAt'), toldAt);
  const event = { eventKey: `lookup:${callId}:${word ?? ''}`, dialerJobId, providerCallId: callId, ...age };
  if (word !== 'ended') {
    const occurredAt = call.time('startedAt') ?? call.time('updatedAt') ?? call.time('createdAt') ?? now;
    return { ...event, occurredAt, status: toCallStatus(word) };
  }
  const endedAt = call.time('endedAt') ?? call.time('updatedAt') ?? now;
  const { known, ...end } = toEnd(call, { callId, apiUrl, endedAt, now });
  const eventKey = [event.eventKey, ...known, end.cost && 'priced'].filter(Boolean).join(':');
  return { ...event, ...end, eventKey, occurredAt: endedAt };
}

/** Null for a call without an id, a number or a time. */
export function toListedCall(call: JsonObject, apiUrl: string): ListedCall | null {
  const callId = call.text('id');
  const to = call.at('customer').text('number');
  const createdAt = call.time('createdAt');
  if (to === undefined) return null;
  if (!isCallId(callId) || createdAt === undefined) throw new Error('a call that cannot be read');
  const dialerJobId = dialerJobIdOf(call) ?? null;
  const event = toLookupEvent(call, { callId, dialerJobId: dialerJobId ?? '', apiUrl, now: createdAt });
  return { to, from: call.at('phoneNumber').text('number') ?? null, createdAt, dialerJobId, event };
}
