import type { VoicemailAction } from '#rules/call/voicemail-action.js';
import type { PlaceCallRequest } from '../port/telephony-provider.js';
import { toAnalysisPlan } from './analysis.js';
import { plainText } from './plain-text.js';
import { toVapiTranscriber } from './transcriber.js';
import type { VapiSettings } from './vapi-settings.js';
import { toVapiVoice } from './voice.js';
import { callbackSecret } from './webhook-secret.js';

/** Vapi takes no less and no more, of either. */
const CALL_SECONDS = { least: 10, most: 43_200 };
const RING_SECONDS = { least: 1, most: 600 };

/**
 * Seconds between deliveries double, so that a callback is repeated for about four minutes; of itself Vapi repeats
 * none.
 */
const BACKOFF_PLAN = { type: 'exponential', maxRetries: 8, baseDelaySeconds: 1 } as const;

type CreateBody = Readonly<Record<string, unknown>>;

/**
 * A call with an assistant of its own. Our key is in `metadata`, `name` and `externalId`: no look-up can ask for it,
 * but each of them comes back with the call.
 * @param phoneNumberId what Vapi calls the caller id by.
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
 * Once it has found a machine Vapi ends the call: for a campaign that talks to machines too it must not look for one.
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
 * A message of which nothing is left, for a contact of whom nothing is known, is none. One that begins with first words
 * is said to its end, whoever speaks meanwhile.
 */
function toOpening({ firstMessage, firstWords }: PlaceCallRequest['agent']): CreateBody {
  const text = firstMessage?.trim() ?? '';
  if (text === '') return { firstMessageMode: 'assistant-speaks-first-with-model-generated-message' };
  const opening = { firstMessageMode: 'assistant-speaks-first', firstMessage: plainText(text) };
  return firstWords === null ? opening : { ...opening, firstMessageInterruptionsEnabled: false };
}

/**
 * How long a phone rings can be said for numbers that Vapi calls over Twilio alone; over any other it rings as long as
 * Vapi lets it, and whoever watches over calls has to hang up.
 */
function toLimits({ maxCallSeconds, ringTimeoutSeconds }: PlaceCallRequest): CreateBody {
  return {
    maxDurationSeconds: within(CALL_SECONDS, maxCallSeconds),
    transportConfigurations: [{ provider: 'twilio', timeout: within(RING_SECONDS, ringTimeoutSeconds) }],
  };
}

/**
 * A call of which nobody shall hear has no messages: without a server of its own Vapi would tell the organisation's.
 */
function toReporting(
  { dialerJobId, callbackUrl, placedAt, recordCall }: PlaceCallRequest,
  settings: VapiSettings,
): CreateBody {
  const reporting = {
    artifactPlan: { recordingEnabled: recordCall },
    analysisPlan: toAnalysisPlan(placedAt),
    monitorPlan: { controlEnabled: true, listenEnabled: false },
    metadata: { dialerJobId },
  };
  if (callbackUrl === null) return { ...reporting, serverMessages: [] };
  const headers = { 'X-Vapi-Secret': callbackSecret(settings.webhookSecret, dialerJobId) };
  return {
    ...reporting,
    serverMessages: ['status-update', 'end-of-call-report'],
    server: { url: callbackUrl, headers, backoffPlan: BACKOFF_PLAN },
  };
}

function within({ least, most }: { least: number; most: number }, seconds: number): number {
  return Math.min(Math.max(Math.round(seconds), least), most);
}
