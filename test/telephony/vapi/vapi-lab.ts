import type { WebhookRequest, PlaceCallRequest } from '#telephony/port/telephony-provider.js';
import { VapiProvider } from '#telephony/vapi/vapi-provider.js';
import { VAPI_MODEL, VAPI_VOICE_PROVIDER, type VapiSettings } from '#telephony/vapi/vapi-settings.js';
import {
  CREATE_BEHAVIOURS,
  type CallStep,
  type CreateBehaviour,
  type ProviderLab,
  type Report,
} from '../provider-lab.js';
import { ACCEPT, BAD_NUMBER, type CreateReply } from './create-replies.js';
import type { FakeCall, ServerMessage } from './fake-call.js';
import type { FakeVapiOptions } from './fake-vapi-options.js';
import { FakeVapi } from './fake-vapi.js';

export const ACCOUNT = {
  apiKey: 'the-private-key',
  phoneNumberId: '5f2c8a30-0000-4000-8000-000000000001',
  webhookSecret: 'the-secret-of-the-callbacks',
} as const;
export const OWNED_NUMBER = { id: '5f2c8a30-0000-4000-8000-000000000002', number: '+442079460000' } as const;
const STEPS: readonly CallStep[] = ['ring', 'answer', 'complete', 'busy', 'no_answer', 'fail', 'voicemail'];

const REPLIES: Readonly<Record<CreateBehaviour, CreateReply>> = {
  accept: ACCEPT,
  refuse_permanent: BAD_NUMBER,
  refuse_retryable: { kind: 'refuse', status: 400, message: 'Something Went Wrong.' },
  refuse_account: { kind: 'refuse', status: 401, message: 'Unauthorized' },
  throttle: { kind: 'refuse', status: 429, message: 'Too Many Requests', retryAfterSeconds: 7 },
  lose_answer: { kind: 'lose' },
  hang: { kind: 'hang' },
  fail_after_create: { kind: 'fail' },
  time_out_after_create: { kind: 'fail', status: 408 },
  unreachable: ACCEPT,
};

export interface VapiLab extends ProviderLab {
  readonly provider: VapiProvider;
  readonly fake: FakeVapi;
  /** Sets the reply to the next create requests. */
  reply(reply: CreateReply): void;
}

/** Vapi's other side, its calls moved by hand; closing it fails when anything was against Vapi's own description. */
export async function makeVapiLab(
  options: Partial<FakeVapiOptions> = {},
  settings: Partial<VapiSettings> = {},
): Promise<VapiLab> {
  let reply: CreateReply = ACCEPT;
  const { apiKey } = ACCOUNT;
  const fake = await new FakeVapi({ apiKey, phoneNumbers: [OWNED_NUMBER], reply: () => reply, ...options }).open();
  const provider = new VapiProvider({
    ...ACCOUNT,
    apiUrl: fake.url,
    model: VAPI_MODEL,
    voiceProvider: VAPI_VOICE_PROVIDER,
    ...settings,
  });
  const reportOf = (call: FakeCall, message: ServerMessage): Report => ({
    deliver: async () => {
      fake.spec?.checkBody(message.type as 'status-update' | 'end-of-call-report', message);
      const reading = provider.readWebhook(toCallback(call, message));
      if (reading.kind !== 'reports') throw new Error(`Vapi's callback was taken for ${reading.kind}`);
      return reading.reports;
    },
    deliverForged: async () =>
      provider.readWebhook({ ...toCallback(call, message), headers: { 'x-vapi-secret': 'another' } }),
    deliverAt: async (other) => {
      const sent = toCallback(call, message);
      return provider.readWebhook({ ...sent, dialerJobId: other, url: sent.url.replace(call.dialerJobId, other) });
    },
  });
  return {
    provider,
    fake,
    behaviours: new Set(CREATE_BEHAVIOURS),
    steps: new Set(STEPS),
    listsCalls: true,
    request,
    reply: (next) => (reply = next),
    behave: (behaviour) => {
      reply = REPLIES[behaviour];
      if (behaviour === 'unreachable') fake.shut();
    },
    createRequests: (dialerJobId) => fake.creates.filter((one) => one === dialerJobId).length,
    step: async (dialerJobId, step) => fake.of(dialerJobId).forEach((call) => call.step(step)),
    reports: async (dialerJobId) =>
      fake.of(dialerJobId).flatMap((call) => call.messages.map((message) => reportOf(call, message))),
    toldFirst: (dialerJobId) => fake.of(dialerJobId)[0]?.terms.body.assistant?.firstMessage ?? null,
    isLive: (dialerJobId) => fake.of(dialerJobId).some((call) => call.isLive),
    close: async () => {
      fake.shut();
      if (fake.violations.length > 0) throw new Error(`Against Vapi's API: ${fake.violations.join('\n')}`);
    },
  };
}

/** Makes the request as Vapi posts it: with the headers that the create request asked for, and no others. */
function toCallback(call: FakeCall, message: ServerMessage): WebhookRequest {
  const { url = '', headers = {} } = call.terms.body.assistant?.server ?? {};
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    dialerJobId: call.dialerJobId,
    url,
    headers: { 'content-type': 'application/json', ...Object.fromEntries(named) },
    body: Buffer.from(JSON.stringify({ message })),
  };
}

function request(n: number): PlaceCallRequest {
  const dialerJobId = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  return {
    dialerJobId,
    to: `+4420794601${String(n).padStart(2, '0')}`,
    from: null,
    webhookUrl: `https://dialer.example/telephony/callbacks/${dialerJobId}?by=vapi`,
    agent: {
      systemPrompt: 'Ask.',
      voiceId: 'sarah',
      firstMessage: 'Hello, "Ada" & <all>!',
      firstWords: null,
      language: null,
    },
    person: { firstName: 'Ada', lastName: null },
    ringTimeoutSeconds: 30,
    maxCallSeconds: 600,
    recordCall: true,
    voicemailAction: 'hangup',
    attempt: 1,
    placedAt: new Date(),
  };
}
