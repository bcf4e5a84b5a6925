import type { CallEvent } from '#rules/call/call-report.js';
import type { CallbackReading, CallbackRequest } from '../port/telephony-provider.js';
import { toEnd } from './call-end.js';
import { endingOf, isOpen } from './call-ending.js';
import { dialerJobIdOf, isCallId } from './call-resource.js';
import { toCallStatus } from './call-status.js';
import { signsOf } from './conversation.js';
import { endKindOf } from './end-kind.js';
import { JsonObject } from './json-object.js';
import type { VapiSettings } from './vapi-settings.js';
import { isFromVapi } from './webhook-secret.js';

interface Callback {
  readonly dialerJobId: string;
  readonly callId: string;
  readonly message: JsonObject;
  readonly apiUrl: string;
  /** Stands in for times that the callback does not tell. */
  readonly now: Date;
}

/** Reads what Vapi posts on a call's status and at its end; whatever else it posts tells nothing that we keep. */
export function readCallback(
  callback: CallbackRequest,
  { webhookSecret, apiUrl }: Pick<VapiSettings, 'webhookSecret' | 'apiUrl'>,
  now: Date,
): CallbackReading {
  if (!isFromVapi(callback, webhookSecret)) return { kind: 'forged' };
  const { dialerJobId, body } = callback;
  const message = JsonObject.parse(body.toString()).at('message');
  const toEvent = READERS.get(message.text('type') ?? '');
  if (message.text('type') === undefined) return { kind: 'unreadable', cause: 'no message' };
  if (!toEvent) return { kind: 'events', events: [] };
  if (keyOf(message) !== dialerJobId) return { kind: 'unreadable', cause: 'not about a call of this dialer job' };
  const callId = message.at('call').text('id');
  if (!isCallId(callId)) return { kind: 'unreadable', cause: 'no call id' };
  return { kind: 'events', events: [toEvent({ dialerJobId, callId, message, apiUrl, now })] };
}

const READERS: ReadonlyMap<string, (callback: Callback) => CallEvent> = new Map([
  ['status-update', statusEvent],
  ['end-of-call-report', reportEvent],
]);

function keyOf(message: JsonObject): string | undefined {
  return message.at('assistant').at('metadata').text('dialerJobId') ?? dialerJobIdOf(message.at('call'));
}

/** A status that we do not know tells nothing, but is kept. */
function statusEvent({ message, callId, dialerJobId, now }: Callback): CallEvent {
  const word = message.text('status');
  const reason = message.text('endedReason') ?? message.at('call').text('endedReason');
  const event = { eventKey: [callId, 'status', word].join(':'), dialerJobId, providerCallId: callId };
  const occurredAt = message.time('timestamp') ?? now;
  if (word !== 'ended') return { ...event, occurredAt, status: toCallStatus(word) };
  const end = reason === undefined ? {} : endAtOnce(reason, message);
  return { ...event, occurredAt: message.at('call').time('endedAt') ?? occurredAt, ...end };
}

/**
 * What a call came to can depend on what was said in it, and it may be that nobody ever took it: then it is left to the
 * report, which follows once models have judged the call, or to a look-up.
 */
function endAtOnce(endReason: string, message: JsonObject): Partial<CallEvent> {
  const kind = endKindOf(endReason);
  const ending = endingOf(kind, signsOf(message));
  return isOpen(kind, ending) ? { endReason } : { ...ending, endReason };
}

function reportEvent({ message, callId, dialerJobId, apiUrl, now }: Callback): CallEvent {
  const endedAt = message.time('endedAt') ?? message.time('timestamp') ?? now;
  const { known, ...end } = toEnd(message, { callId, apiUrl, endedAt });
  const eventKey = [callId, 'report', ...known].join(':');
  return { eventKey, dialerJobId, providerCallId: callId, occurredAt: endedAt, ...end };
}
