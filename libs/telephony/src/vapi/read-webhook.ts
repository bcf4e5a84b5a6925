import type { CallReport } from '#rules/call/call-report.js';
import type { WebhookReading, WebhookRequest } from '../port/telephony-provider.js';
import { toEnd } from './call-end.js';
import { endingOf, isOpen } from './call-ending.js';
import { isUuid } from '#runtime/uuid.js';
import { dialerJobIdOf } from './call-resource.js';
import { toCallStatus } from './call-status.js';
import { signsOf } from './conversation.js';
import { endKindOf } from './end-kind.js';
import { JsonObject } from './json-object.js';
import type { VapiSettings } from './vapi-settings.js';
import { isFromVapi } from './webhook-secret.js';

interface Webhook {
  readonly dialerJobId: string;
  readonly callId: string;
  readonly message: JsonObject;
  readonly apiUrl: string;
  /** Replaces times that the webhook lacks. */
  readonly now: Date;
}

/** Reads Vapi's webhooks about a call's status and its end. Other messages give no report. */
export function readWebhook(
  webhook: WebhookRequest,
  { webhookSecret, apiUrl }: Pick<VapiSettings, 'webhookSecret' | 'apiUrl'>,
  now: Date,
): WebhookReading {
  if (!isFromVapi(webhook, webhookSecret)) return { kind: 'forged' };
  const { dialerJobId, body } = webhook;
  const message = JsonObject.parse(body.toString()).at('message');
  const toReport = READERS.get(message.text('type') ?? '');
  if (message.text('type') === undefined) return { kind: 'unreadable', cause: 'no message' };
  if (!toReport) return { kind: 'reports', reports: [] };
  if (keyOf(message) !== dialerJobId) return { kind: 'unreadable', cause: 'not about a call of this dialer job' };
  const callId = message.at('call').text('id');
  if (!isUuid(callId)) return { kind: 'unreadable', cause: 'no call id' };
  return { kind: 'reports', reports: [toReport({ dialerJobId, callId, message, apiUrl, now })] };
}

const READERS: ReadonlyMap<string, (webhook: Webhook) => CallReport> = new Map([
  ['status-update', statusReport],
  ['end-of-call-report', endOfCallReport],
]);

function keyOf(message: JsonObject): string | undefined {
  return message.at('assistant').at('metadata').text('dialerJobId') ?? dialerJobIdOf(message.at('call'));
}

/** Reports a status. An unknown status changes nothing, but is stored. */
function statusReport({ message, callId, dialerJobId, now }: Webhook): CallReport {
  const word = message.text('status');
  const reason = message.text('endedReason') ?? message.at('call').text('endedReason');
  const report = { reportKey: [callId, 'status', word].join(':'), dialerJobId, providerCallId: callId };
  const occurredAt = message.time('timestamp') ?? now;
  if (word !== 'ended') return { ...report, occurredAt, status: toCallStatus(word) };
  const end = reason === undefined ? {} : endAtOnce(reason, message);
  return { ...report, occurredAt: message.at('call').time('endedAt') ?? occurredAt, ...end };
}

/**
 * Returns the end of a call if it is certain at once. Otherwise the conversation decides, or the call may never have
 * been answered. A look-up then tells the end, or the end-of-call report, which follows once models have judged the
 * call.
 */
function endAtOnce(endReason: string, message: JsonObject): Partial<CallReport> {
  const kind = endKindOf(endReason);
  const ending = endingOf(kind, signsOf(message));
  return isOpen(kind, ending) ? { endReason } : { ...ending, endReason };
}

function endOfCallReport({ message, callId, dialerJobId, apiUrl, now }: Webhook): CallReport {
  const endedAt = message.time('endedAt') ?? message.time('timestamp') ?? now;
  const { known, ...end } = toEnd(message, { callId, apiUrl, endedAt });
  const reportKey = [callId, 'report', ...known].join(':');
  return { reportKey: reportKey, dialerJobId, providerCallId: callId, occurredAt: endedAt, ...end };
}
