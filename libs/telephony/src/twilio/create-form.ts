import type { PlaceCallRequest, PlaceCallResult } from '../port/telephony-provider.js';
import { toTwiml } from './call-twiml.js';
import { insistently } from './webhook-url.js';
import type { TwilioSettings } from './twilio-settings.js';

/** Most characters of TwiML, and most seconds of ringing, that Twilio accepts. */
const LONGEST_TWIML = 4_000;
const LONGEST_RING_SECONDS = 600;

export type CreateForm =
  { readonly kind: 'form'; readonly form: URLSearchParams } | Extract<PlaceCallResult, { kind: 'rejected' }>;

/**
 * Makes the fields of a create request, or the reason why it cannot be sent. TwiML that is too long or silent counts
 * against this attempt alone, since it contains the contact's data. Only a campaign without a first message is a fault
 * of the account.
 */
export function toCreateForm(request: PlaceCallRequest, settings: TwilioSettings): CreateForm {
  const { to, from } = request;
  if (from === null) return refused('account', 'no_caller_id');
  const twiml = toTwiml(request, settings.relayUrl);
  if (twiml === null) return refused(request.agent.firstMessage === null ? 'account' : 'retryable', 'nothing_to_say');
  if (twiml.length > LONGEST_TWIML) return refused('retryable', 'first_message_too_long');
  const form = new URLSearchParams({
    To: to,
    From: from,
    Twiml: twiml,
    Timeout: String(Math.min(request.ringTimeoutSeconds, LONGEST_RING_SECONDS)),
    TimeLimit: String(request.maxCallSeconds),
  });
  addWebhooks(form, request.webhookUrl);
  if (settings.machineDetection) addMachineDetection(form, request.webhookUrl);
  if (request.recordCall) addRecording(form, request.webhookUrl);
  return { kind: 'form', form };
}

/** Requests webhooks for each change of status. By default Twilio reports the end alone. */
function addWebhooks(form: URLSearchParams, webhookUrl: string | null): void {
  if (webhookUrl === null) return;
  form.set('StatusCallback', insistently(webhookUrl));
  for (const report of ['initiated', 'ringing', 'answered', 'completed']) form.append('StatusCallbackEvent', report);
}

/**
 * Detects machines while the conversation already runs, so that the callee does not wait. Twilio documents no retries
 * for this webhook address.
 */
function addMachineDetection(form: URLSearchParams, webhookUrl: string | null): void {
  form.set('MachineDetection', 'Enable');
  form.set('AsyncAmd', 'true');
  if (webhookUrl !== null) form.set('AsyncAmdStatusCallback', webhookUrl);
}

function addRecording(form: URLSearchParams, webhookUrl: string | null): void {
  form.set('Record', 'true');
  if (webhookUrl === null) return;
  form.set('RecordingStatusCallback', insistently(webhookUrl));
  form.append('RecordingStatusCallbackEvent', 'completed');
}

function refused(fault: 'account' | 'retryable', code: string): CreateForm {
  return { kind: 'rejected', fault, code };
}
