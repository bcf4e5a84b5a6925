import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import type { CallEvent } from '#rules/call/call-report.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import type { CallbackReading, CallbackRequest } from '../port/telephony-provider.js';
import { isCallSid, toSeconds, toTime } from './call-resource.js';
import { insistently } from './webhook-url.js';
import { toAnsweredBy, toCallStatus, toFailureOutcome } from './call-status.js';

type Parameters = Readonly<Record<string, string | string[] | undefined>>;

interface Callback {
  readonly dialerJobId: string;
  readonly callSid: string;
  readonly text: (name: string) => string | undefined;
  /** Stands in for times that the callback does not tell. */
  readonly now: Date;
}

/** Reads what Twilio posts on a call's status, its recording, and on who answered it. */
export function readCallback(callback: CallbackRequest, authToken: string, now: Date): CallbackReading {
  const parameters = parametersOf(callback.body);
  if (!parameters || !isSigned(callback, parameters, authToken)) return { kind: 'forged' };
  const text = (name: string) => [parameters[name]].flat()[0];
  const callSid = text('CallSid');
  if (!isCallSid(callSid)) return { kind: 'unreadable', cause: 'no CallSid' };
  const event = toEvent({ dialerJobId: callback.dialerJobId, callSid, text, now });
  return event ? { kind: 'events', events: [event] } : { kind: 'unreadable', cause: 'tells nothing that we know' };
}

/** Many times what Twilio ever sends: whoever is not Twilio shall not have us reckon a signature over more. */
const MOST_BYTES = 262_144;
const MOST_FIELDS = 300;
const AMPERSAND = '&'.charCodeAt(0);

/** Null for more than Twilio would send. */
function parametersOf(body: Buffer): Parameters | null {
  if (body.length > MOST_BYTES || hasMoreFields(body)) return null;
  const form = new URLSearchParams(body.toString());
  const values = new Map<string, string[]>();
  for (const [name, value] of form) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries([...values].map(([name, all]) => [name, all.length > 1 ? all : (all[0] ?? '')]));
}

/** Counts before anything is parsed: a form of separators takes longest. */
function hasMoreFields(body: Buffer): boolean {
  let fields = 1;
  for (let at = body.indexOf(AMPERSAND); at >= 0 && fields <= MOST_FIELDS; at = body.indexOf(AMPERSAND, at + 1))
    fields++;
  return fields > MOST_FIELDS;
}

/**
 * With the primary token, whatever requests are made with: https://www.twilio.com/docs/usage/security. Twilio signs the
 * address that it calls; who is compatible with it may sign the one that it was given.
 */
function isSigned({ url, headers }: CallbackRequest, parameters: Parameters, authToken: string): boolean {
  const signature = headers['x-twilio-signature'] ?? '';
  try {
    return [url, insistently(url)].some((one) => validateRequest(authToken, signature, one, parameters));
  } catch {
    return false;
  }
}

function toEvent(callback: Callback): CallEvent | null {
  if (callback.text('RecordingStatus') !== undefined) return recordingEvent(callback);
  if (callback.text('CallStatus') !== undefined) return statusEvent(callback);
  return callback.text('AnsweredBy') === undefined ? null : answeredByEvent(callback);
}

/** A status that we do not know tells nothing, but is kept. */
function statusEvent({ text, ...callback }: Callback): CallEvent {
  const word = text('CallStatus');
  const status = toCallStatus(word);
  const sipCode = text('SipResponseCode');
  return {
    ...eventOf({ text, ...callback }, ['status', word, text('SequenceNumber')]),
    status,
    answeredBy: toAnsweredBy(text('AnsweredBy')),
    outcome: toFailureOutcome(status, sipCode),
    endReason: status && isFinalCallStatus(status) ? toEndReason(word, sipCode) : undefined,
    durationSeconds: status === 'completed' ? toSeconds(text('CallDuration')) : undefined,
  };
}

function toEndReason(word: string | undefined, sipCode: string | undefined): string | undefined {
  return sipCode === undefined || sipCode === '200' ? word : `${word} (SIP ${sipCode})`;
}

function recordingEvent({ text, ...callback }: Callback): CallEvent {
  const recordingStatus = text('RecordingStatus');
  return {
    ...eventOf({ text, ...callback }, ['recording', text('RecordingSid'), recordingStatus]),
    recordingUrl: recordingStatus === 'completed' ? text('RecordingUrl') : undefined,
  };
}

function answeredByEvent({ text, ...callback }: Callback): CallEvent {
  const word = text('AnsweredBy');
  return { ...eventOf({ text, ...callback }, ['answered-by', word]), answeredBy: toAnsweredBy(word) };
}

function eventOf(
  { dialerJobId, callSid, text, now }: Callback,
  name: readonly (string | undefined)[],
): Pick<CallEvent, 'eventKey' | 'dialerJobId' | 'providerCallId' | 'occurredAt'> {
  return {
    eventKey: [callSid, ...name.map((part) => part ?? '')].join(':'),
    dialerJobId,
    providerCallId: callSid,
    occurredAt: toTime(text('Timestamp')) ?? now,
  };
}
