import type { PlaceCallRequest, PlaceCallResult } from '../port/telephony-provider.js';
import { toTwiml } from './call-twiml.js';
import { insistently } from './webhook-url.js';
import type { TwilioSettings } from './twilio-settings.js';

/** Twilio takes no more, of either. */
const LONGEST_TWIML = 4_000;
const LONGEST_RING_SECONDS = 600;

export type CreateForm =
  { readonly kind: 'form'; readonly form: URLSearchParams } | Extract<PlaceCallResult, { kind: 'rejected' }>;

/**
 * The fields of a create request; or why there cannot be one. What is said holds one contact's own words: the next may
 * have others, unless the campaign says nothing to anybody.
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
  addCallbacks(form, request.callbackUrl);
  if (settings.machineDetection) addMachineDetection(form, request.callbackUrl);
  if (request.recordCall) addRecording(form, request.callbackUrl);
  return { kind: 'form', form };
}

/** Of itself Twilio tells of the end alone. */
function addCallbacks(form: URLSearchParams, callbackUrl: string | null): void {
  if (callbackUrl === null) return;
  form.set('StatusCallback', insistently(callbackUrl));
  for (const event of ['initiated', 'ringing', 'answered', 'completed']) form.append('StatusCallbackEvent', event);
}

/**
 * Beside the conversation: whoever picked up is not kept waiting. It is not said that this address may ask for more
 * than one attempt.
 */
function addMachineDetection(form: URLSearchParams, callbackUrl: string | null): void {
  form.set('MachineDetection', 'Enable');
  form.set('AsyncAmd', 'true');
  if (callbackUrl !== null) form.set('AsyncAmdStatusCallback', callbackUrl);
}

function addRecording(form: URLSearchParams, callbackUrl: string | null): void {
  form.set('Record', 'true');
  if (callbackUrl === null) return;
  form.set('RecordingStatusCallback', insistently(callbackUrl));
  form.append('RecordingStatusCallbackEvent', 'completed');
}

function refused(fault: 'account' | 'retryable', code: string): CreateForm {
  return { kind: 'rejected', fault, code };
}
