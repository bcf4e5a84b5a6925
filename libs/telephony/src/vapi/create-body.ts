import type { VoicemailAction } from '#rules/call/voicemail-action.js';
import type { PlaceCallRequest } from '../port/telephony-provider.js';
import { toAnalysisPlan } from './analysis.js';
import { toVapiTranscriber } from './transcriber.js';
import type { VapiSettings } from './vapi-settings.js';
import { toVapiVoice } from './voice.js';
import { secretOfCall } from './webhook-secret.js';

/** Limits of Vapi for both durations. */
const CALL_SECONDS = { least: 10, most: 43_200 };
const RING_SECONDS = { least: 1, most: 600 };

/**
 * Delays between the retries of a webhook double, so that Vapi retries for about four minutes. By default it does not
 * retry.
 */
const BACKOFF_PLAN = { type: 'exponential', maxRetries: 8, baseDelaySeconds: 1 } as const;

type CreateBody = Readonly<Record<string, unknown>>;

/**
 * Makes a call with an assistant of its own. `metadata`, `name` and `externalId` carry the dialer job. No list can be
 * filtered by them, but each call comes back with them.
 * @param phoneNumberId Vapi's id of the caller id.
 */
export function toCreateBody(request: PlaceCallRequest, settings: VapiSettings, phoneNumberId: string): CreateBody {
  return {
    name: request.dialerJobId,
    phoneNumberId,
    customer: { number: request.to, externalId: request.dialerJobId },
    assistant: { ...toAgent(request, settings), ...toLimits(request), ...toReporting(request, settings) },
  };
}

/**
 * Machine detection. Vapi ends a call once it has detected a machine, so a campaign that talks to machines switches it
 * off.
 */
const VOICEMAIL_DETECTION: Readonly<Record<VoicemailAction, unknown>> = {
  hangup: { provider: 'vapi' },
  continue: 'off',
};

function toAgent({ agent, voicemailAction }: PlaceCallRequest, settings: VapiSettings): CreateBody {
  const messages = [{ role: 'system', content: plainText(agent.systemPrompt) }];
  return {
    ...toOpening(agent),
    model: { ...settings.model, messages, tools: [{ type: 'endCall' }] },
    voice: toVapiVoice(agent.voiceId, settings.voiceProvider),
    transcriber: toVapiTranscriber(agent.language),
    voicemailDetection: VOICEMAIL_DETECTION[voicemailAction],
  };
}

/**
 * Makes the opening. A message can be empty for a contact without a name; the model then speaks first. A message with
 * first words cannot be interrupted.
 */
function toOpening({ firstMessage, firstWords }: PlaceCallRequest['agent']): CreateBody {
  const text = firstMessage?.trim() ?? '';
  if (text === '') return { firstMessageMode: 'assistant-speaks-first-with-model-generated-message' };
  const opening = { firstMessageMode: 'assistant-speaks-first', firstMessage: plainText(text) };
  return firstWords === null ? opening : { ...opening, firstMessageInterruptionsEnabled: false };
}

/**
 * Limits the call. Vapi limits the ringing of calls over Twilio alone. Over any other carrier the engine's sweeper has
 * to hang up.
 */
function toLimits({ maxCallSeconds, ringTimeoutSeconds }: PlaceCallRequest): CreateBody {
  return {
    maxDurationSeconds: within(CALL_SECONDS, maxCallSeconds),
    transportConfigurations: [{ provider: 'twilio', timeout: within(RING_SECONDS, ringTimeoutSeconds) }],
  };
}

/**
 * Requests webhooks. A call without a webhook address asks for no messages: Vapi would otherwise send them to the
 * organisation's server.
 */
function toReporting(
  { dialerJobId, webhookUrl, placedAt, recordCall }: PlaceCallRequest,
  settings: VapiSettings,
): CreateBody {
  const reporting = {
    artifactPlan: { recordingEnabled: recordCall },
    analysisPlan: toAnalysisPlan(placedAt),
    monitorPlan: { controlEnabled: true, listenEnabled: false },
    metadata: { dialerJobId },
  };
  if (webhookUrl === null) return { ...reporting, serverMessages: [] };
  const headers = { 'X-Vapi-Secret': secretOfCall(settings.webhookSecret, dialerJobId) };
  return {
    ...reporting,
    serverMessages: ['status-update', 'end-of-call-report'],
    server: { url: webhookUrl, headers, backoffPlan: BACKOFF_PLAN },
  };
}

function within({ least, most }: { least: number; most: number }, seconds: number): number {
  return Math.min(Math.max(Math.round(seconds), least), most);
}

/**
 * Breaks up `{{…}}` and `{%…%}`, which Vapi would read as Liquid templates. Outdial has filled in its own placeholders
 * by then, so the rest came with a contact's data.
 */
export function plainText(text: string): string {
  return text.replaceAll(/\{(?=[{%])/g, '{ ');
}
