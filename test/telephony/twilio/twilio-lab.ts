import type { WebhookRequest, PlaceCallRequest } from '#telephony/port/telephony-provider.js';
import { TwilioProvider } from '#telephony/twilio/twilio-provider.js';
import type { TwilioSettings } from '#telephony/twilio/twilio-settings.js';
import {
  CREATE_BEHAVIOURS,
  type CallStep,
  type CreateBehaviour,
  type ProviderLab,
  type Report,
} from '../provider-lab.js';
import type { CallbackReport } from './call-reports.js';
import { ACCEPT, type CreateReply } from './create-replies.js';
import { FakeTwilio } from './fake-twilio.js';
import type { FakeTwilioOptions } from './fake-twilio-options.js';
import { signedCallback } from './signed-webhook.js';

export const ACCOUNT = { accountSid: `AC${'0'.repeat(31)}1`, authToken: 'the-primary-token' } as const;
export const CALLER_ID = '+442079460000';
export const STEPS: readonly CallStep[] = ['ring', 'answer', 'complete', 'busy', 'no_answer', 'fail', 'voicemail'];

const REPLIES: Readonly<Record<CreateBehaviour, CreateReply>> = {
  accept: ACCEPT,
  refuse_permanent: { kind: 'refuse', status: 400, code: 21211 },
  refuse_retryable: { kind: 'refuse', status: 400, code: 21999 },
  refuse_account: { kind: 'refuse', status: 401, code: 20003 },
  throttle: { kind: 'refuse', status: 429, code: 20429, retryAfterSeconds: 7 },
  lose_answer: { kind: 'lose' },
  hang: { kind: 'hang' },
  fail_after_create: { kind: 'fail' },
  time_out_after_create: { kind: 'fail', status: 408 },
  unreachable: ACCEPT,
};

export interface TwilioLab extends ProviderLab {
  readonly provider: TwilioProvider;
  readonly fake: FakeTwilio;
  /** Sets the reply to the next create requests. */
  reply(reply: CreateReply): void;
  callback(report: Omit<CallbackReport, 'event'>, dialerJobId: string, authToken?: string): WebhookRequest;
}

/**
 * Twilio's other side, its calls moved by hand; closing it fails when anything was against Twilio's own description.
 */
export async function makeTwilioLab(
  options: Partial<FakeTwilioOptions> = {},
  settings: Partial<TwilioSettings> = {},
): Promise<TwilioLab> {
  let reply: CreateReply = ACCEPT;
  const fake = await new FakeTwilio({ ...ACCOUNT, reply: () => reply, ...options }).open();
  const provider = new TwilioProvider({
    ...ACCOUNT,
    apiKey: null,
    apiUrl: fake.url,
    relayUrl: 'wss://dialer.example/telephony/relay',
    machineDetection: true,
    ...settings,
  });
  const reportOf = (dialerJobId: string, report: CallbackReport): Report => ({
    deliver: async () => {
      const reading = provider.readWebhook(callback(report, dialerJobId));
      if (reading.kind !== 'reports') throw new Error(`Twilio's callback was taken for ${reading.kind}`);
      return reading.reports;
    },
    deliverForged: async () => provider.readWebhook(callback(report, dialerJobId, 'another-token')),
    deliverAt: async (other) => {
      const sent = callback(report, other);
      return provider.readWebhook({ ...sent, url: sent.url.replace(dialerJobId, other) });
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
    callback,
    behave: (behaviour) => {
      reply = REPLIES[behaviour];
      if (behaviour === 'unreachable') fake.shut();
    },
    createRequests: (dialerJobId) => fake.book.creates.filter((one) => one.dialerJobId === dialerJobId).length,
    step: async (dialerJobId, step) => fake.book.of(dialerJobId).forEach((call) => call.step(step)),
    reports: async (dialerJobId) =>
      fake.book.of(dialerJobId).flatMap((call) => call.reports.map((report) => reportOf(dialerJobId, report))),
    toldFirst: (dialerJobId) => {
      const create = fake.book.creates.find((one) => one.dialerJobId === dialerJobId);
      return create ? spokenFirst(create.twiml) : null;
    },
    isLive: (dialerJobId) => fake.book.of(dialerJobId).some((call) => call.isLive),
    close: async () => {
      fake.close();
      if (fake.violations.length > 0) throw new Error(`Against Twilio's API: ${fake.violations.join('\n')}`);
    },
  };
}

/** Reads what a document has Twilio say before anything else, its few entities decoded. */
export function spokenFirst(twiml: string): string | null {
  const escaped = /welcomeGreeting="([^"]*)"|<Say[^>]*>([^<]*)</.exec(twiml);
  const text = escaped?.[1] ?? escaped?.[2];
  const entities = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&amp;': '&' } as const;
  return text?.replaceAll(/&\w+;/g, (entity) => entities[entity as keyof typeof entities] ?? entity) ?? null;
}

function callback(
  report: Omit<CallbackReport, 'event'>,
  dialerJobId: string,
  authToken: string = ACCOUNT.authToken,
): WebhookRequest {
  const { url, headers, body } = signedCallback(report, authToken);
  return { dialerJobId, url, headers, body: Buffer.from(body) };
}

function request(n: number): PlaceCallRequest {
  const dialerJobId = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  return {
    dialerJobId,
    to: `+4420794601${String(n).padStart(2, '0')}`,
    from: CALLER_ID,
    webhookUrl: `https://dialer.example/telephony/callbacks/${dialerJobId}?by=twilio`,
    agent: {
      systemPrompt: 'Ask.',
      voiceId: 'ElevenLabs:UgBBYS2sOqTuMpoF3BR0',
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
