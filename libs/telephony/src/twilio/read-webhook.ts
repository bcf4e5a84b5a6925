import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import type { CallReport } from '#rules/call/call-report.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import type { WebhookReading, WebhookRequest } from '../port/telephony-provider.js';
import { isCallSid, toSeconds, toTime } from './call-resource.js';
import { insistently } from './webhook-url.js';
import { toAnsweredBy, toCallStatus, toFailureOutcome } from './call-status.js';

type Parameters = Readonly<Record<string, string | string[] | undefined>>;

interface Webhook {
  readonly dialerJobId: string;
  readonly callSid: string;
  readonly text: (name: string) => string | undefined;
  /** Replaces times that the webhook lacks. */
  readonly now: Date;
}

/** Reads Twilio's webhooks about a call's status, its recording, and who answered it. */
export function readWebhook(webhook: WebhookRequest, authToken: string, now: Date): WebhookReading {
  const parameters = parametersOf(webhook.body);
  if (!parameters || !isSigned(webhook, parameters, authToken)) return { kind: 'forged' };
  const text = (name: string) => [parameters[name]].flat()[0];
  const callSid = text('CallSid');
  if (!isCallSid(callSid)) return { kind: 'unreadable', cause: 'no CallSid' };
  const report = toReport({ dialerJobId: webhook.dialerJobId, callSid, text, now });
  return report ? { kind: 'reports', reports: [report] } : { kind: 'unreadable', cause: 'tells nothing that we know' };
}

/** Limit far above any webhook of Twilio, so that a stranger cannot make the api hash large bodies. */
const MOST_BYTES = 262_144;
const MOST_FIELDS = 300;
const AMPERSAND = '&'.charCodeAt(0);

/** Returns null for a form that is larger than any of Twilio's. */
function parametersOf(body: Buffer): Parameters | null {
  if (body.length > MOST_BYTES || hasMoreFields(body)) return null;
  const form = new URLSearchParams(body.toString());
  const values = new Map<string, string[]>();
  for (const [name, value] of form) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries([...values].map(([name, all]) => [name, all.length > 1 ? all : (all[0] ?? '')]));
}

/** Counts the fields before the form is parsed, since a form of separators alone takes longest. */
function hasMoreFields(body: Buffer): boolean {
  let fields = 1;
  for (let at = body.indexOf(AMPERSAND); at >= 0 && fields <= MOST_FIELDS; at = body.indexOf(AMPERSAND, at + 1))
    fields++;
  return fields > MOST_FIELDS;
}

/**
 * Verifies the signature with the primary token, which Twilio uses even if requests are made with an API key:
 * https://www.twilio.com/docs/usage/security. Twilio signs the address that it calls. A compatible service may sign the
 * address that it was given, with its fragment.
 */
function isSigned({ url, headers }: WebhookRequest, parameters: Parameters, authToken: string): boolean {
  const signature = headers['x-twilio-signature'] ?? '';
  try {
    return [url, insistently(url)].some((one) => validateRequest(authToken, signature, one, parameters));
  } catch {
    return false;
  }
}

function toReport(webhook: Webhook): CallReport | null {
  if (webhook.text('RecordingStatus') !== undefined) return recordingReport(webhook);
  if (webhook.text('CallStatus') !== undefined) return statusReport(webhook);
  return webhook.text('AnsweredBy') === undefined ? null : answeredByReport(webhook);
}

/** Reports a status. An unknown status changes nothing, but is stored. */
function statusReport({ text, ...webhook }: Webhook): CallReport {
  const word = text('CallStatus');
  const status = toCallStatus(word);
  const sipCode = text('SipResponseCode');
  return {
    ...reportOf({ text, ...webhook }, ['status', word, text('SequenceNumber')]),
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

function recordingReport({ text, ...webhook }: Webhook): CallReport {
  const recordingStatus = text('RecordingStatus');
  return {
    ...reportOf({ text, ...webhook }, ['recording', text('RecordingSid'), recordingStatus]),
    recordingUrl: recordingStatus === 'completed' ? text('RecordingUrl') : undefined,
  };
}

function answeredByReport({ text, ...webhook }: Webhook): CallReport {
  const word = text('AnsweredBy');
  return { ...reportOf({ text, ...webhook }, ['answered-by', word]), answeredBy: toAnsweredBy(word) };
}

function reportOf(
  { dialerJobId, callSid, text, now }: Webhook,
  name: readonly (string | undefined)[],
): Pick<CallReport, 'reportKey' | 'dialerJobId' | 'providerCallId' | 'occurredAt'> {
  return {
    reportKey: [callSid, ...name.map((part) => part ?? '')].join(':'),
    dialerJobId,
    providerCallId: callSid,
    occurredAt: toTime(text('Timestamp')) ?? now,
  };
}
