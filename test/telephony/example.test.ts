import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { CallbackRequest, PlaceCallRequest } from '#telephony/port/telephony-provider.js';
import { AcmeProvider } from './example/acme-provider.js';
import { FakeAcme } from './example/fake-acme.js';
import { describeProviderContract } from './provider-contract.js';
import { CREATE_BEHAVIOURS, type ProviderLab, type Report } from './provider-lab.js';

const SECRET = 'the secret of the example';

describeProviderContract('The example of docs/adding-a-provider.md', makeAcmeLab);

it('The example is in docs/adding-a-provider.md as it was tested', async () => {
  const page = await readFile('docs/adding-a-provider.md', 'utf8');
  const listing = /```ts\n\/\/ libs\/telephony\/src\/acme\/acme-provider\.ts\n([\s\S]*?)```/.exec(page)?.[1];
  expect(listing).toBe(await readFile('test/telephony/example/acme-provider.ts', 'utf8'));
});

async function makeAcmeLab(): Promise<ProviderLab> {
  const fake = await new FakeAcme().open();
  const provider = new AcmeProvider({ url: fake.url, secret: SECRET });
  const reportOf = (dialerJobId: string, state: object): Report => ({
    deliver: async () => {
      const reading = provider.readCallback(callback(dialerJobId, state, SECRET));
      return reading.kind === 'events' ? reading.events : [];
    },
    deliverForged: async () => provider.readCallback(callback(dialerJobId, state, 'another')),
    deliverAt: async (other) => provider.readCallback({ ...callback(dialerJobId, state, SECRET), dialerJobId: other }),
  });
  return {
    provider,
    behaviours: new Set(CREATE_BEHAVIOURS),
    tellsNoStart: true,
    steps: new Set(['ring', 'answer', 'complete', 'busy', 'no_answer', 'fail'] as const),
    request,
    behave: (behaviour) => {
      fake.behaviour = behaviour;
      if (behaviour === 'unreachable') fake.close();
    },
    createRequests: (dialerJobId) => fake.creates.filter((key) => key === dialerJobId).length,
    step: async (dialerJobId, step) => fake.step(dialerJobId, step),
    reports: async (dialerJobId) => fake.told(dialerJobId).map((state) => reportOf(dialerJobId, state)),
    toldFirst: (dialerJobId) => fake.openings.get(dialerJobId) ?? null,
    isLive: (dialerJobId) => fake.isLive(dialerJobId),
    close: async () => fake.close(),
  };
}

function callback(dialerJobId: string, state: object, secret: string): CallbackRequest {
  const body = Buffer.from(JSON.stringify(state));
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return { dialerJobId, url: 'https://dialer.example/', headers: { 'x-acme-signature': signature }, body };
}

function request(n: number): PlaceCallRequest {
  return {
    dialerJobId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    to: `+4420794600${String(n).padStart(2, '0')}`,
    from: null,
    callbackUrl: 'https://dialer.example/',
    agent: { systemPrompt: 'Ask.', voiceId: 'aria', firstMessage: null, firstWords: null, language: null },
    person: { firstName: 'Ada', lastName: null },
    ringTimeoutSeconds: 30,
    maxCallSeconds: 600,
    recordCall: true,
    voicemailAction: 'hangup',
    attempt: 1,
    placedAt: new Date(),
  };
}
