import { randomUUID } from 'node:crypto';
import { webhookPath } from '#telephony/port/webhook-path.js';
import { createTelephonyProvider } from '#telephony/create-provider.js';
import type { CallReference, PlaceCallRequest, TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { HeardCall } from './heard-call.js';
import type { SmokeRun } from './smoke-run.js';

export const RING_SECONDS = 30;
export const MOST_CALL_SECONDS = 60;

const FIRST_MESSAGE =
  'Hello. This is a test call of Outdial. If you can hear this sentence, calls are placed as they should be. ' +
  'Thank you, and goodbye.';
const OPENING = 'Hello. This is a test call of Outdial. Can you hear me?';
const SYSTEM_PROMPT =
  'This is a test call. The person knows. Ask whether you can be heard well; whatever the answer is, say thank ' +
  'you and goodbye and end the call.';

export interface SmokeCall {
  readonly provider: TelephonyProvider;
  readonly request: PlaceCallRequest;
  readonly heard: HeardCall;
}

/** Makes the call. It has no model, since no relay runs here. Vapi runs its conversations itself. */
export function makeCall({ settings, provider: name, clock, checklist }: SmokeRun): SmokeCall {
  const { config, to, voiceId } = settings;
  const placedAt = clock.now();
  const dialerJobId = randomUUID();
  const secondsSince = () => Math.round((clock.now().getTime() - placedAt.getTime()) / 1000);
  const isVapi = name === 'vapi';
  return {
    provider: createTelephonyProvider({ ...config, telephony: { ...config.telephony, model: null } }),
    request: {
      dialerJobId,
      to,
      from: config.telephony.callerId,
      webhookUrl: config.publicUrl + webhookPath(name, dialerJobId),
      agent: {
        systemPrompt: SYSTEM_PROMPT,
        voiceId,
        firstMessage: isVapi ? OPENING : FIRST_MESSAGE,
        firstWords: null,
        language: null,
      },
      person: { firstName: null, lastName: null },
      ringTimeoutSeconds: RING_SECONDS,
      maxCallSeconds: MOST_CALL_SECONDS,
      recordCall: true,
      voicemailAction: 'continue',
      attempt: 1,
      placedAt,
    },
    heard: new HeardCall((what) => checklist.note(`+${secondsSince()} s  ${what}`)),
  };
}

/** Returns the call as far as it is known now. */
export function referenceOf({ request, heard }: SmokeCall): CallReference {
  const { dialerJobId, to, from, attempt, placedAt } = request;
  return { dialerJobId, to, from, attempt, placedAt, providerCallId: heard.facts.providerCallId };
}

/** Looks the call up once. */
export async function look(call: SmokeCall): Promise<void> {
  const lookup = await call.provider.lookUp(referenceOf(call));
  if (lookup.kind === 'found') call.heard.hear('look-up', lookup.report);
}

export function secondsAfter(since: Date, now: Date): number {
  return (now.getTime() - since.getTime()) / 1000;
}
