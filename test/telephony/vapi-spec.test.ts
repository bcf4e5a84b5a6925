import { describe, expect, it } from 'vitest';
import { knownEndingOf } from '#telephony/vapi/call-ending.js';
import { toCreateBody } from '#telephony/vapi/create-body.js';
import { VAPI_MODEL, VAPI_VOICE_PROVIDER } from '#telephony/vapi/vapi-settings.js';
import { toVapiVoice } from '#telephony/vapi/voice.js';
import { ACCOUNT, makeVapiLab } from './vapi/vapi-lab.js';
import { HAS_VAPI_DOCUMENT, vapiDocument, WITHOUT_VAPI_DOCUMENT, type Schema } from './vapi/vapi-document.js';
import { VapiSpec } from './vapi/vapi-spec.js';

const schemas = () => vapiDocument().components.schemas;

async function createBody(): Promise<Record<string, Record<string, unknown>>> {
  const lab = await makeVapiLab();
  const settings = {
    ...ACCOUNT,
    apiUrl: lab.fake.url,
    model: VAPI_MODEL,
    voiceProvider: VAPI_VOICE_PROVIDER,
  };
  const body = toCreateBody(lab.request(0), settings, ACCOUNT.phoneNumberId);
  await lab.close();
  return JSON.parse(JSON.stringify(body)) as Record<string, Record<string, unknown>>;
}

describe.skipIf(!HAS_VAPI_DOCUMENT)(
  `Vapi's own description of its API${HAS_VAPI_DOCUMENT ? '' : ` (${WITHOUT_VAPI_DOCUMENT})`}`,
  () => {
    const reasons = HAS_VAPI_DOCUMENT ? (schemas()['Call']?.properties?.['endedReason']?.enum ?? []) : [];

    it('takes what is right', async () => {
      const spec = VapiSpec.ofDocument();
      expect(spec?.checkRequest('create request', await createBody())).toBe(true);
      expect(spec?.checkRequest('control request', { type: 'end-call' })).toBe(true);
      expect(spec?.checkQuery('/call', new URLSearchParams({ limit: '100' }))).toBe(true);
      expect(spec?.violations).toEqual([]);
    });

    it.each<[string, (body: Record<string, Record<string, unknown>>) => void]>([
      ['a name that is too long', (body) => Object.assign(body, { name: `attempt:${'0'.repeat(36)}` })],
      ['a field of our own', (body) => Object.assign(body, { metadata: {} })],
      ['a field of our own in the assistant', ({ assistant }) => Object.assign(assistant!, { dialerJobId: '1' })],
      ['a field of our own in the server', ({ assistant }) => Object.assign(assistant!['server']!, { secret: '1' })],
      ['a call that is too short', ({ assistant }) => Object.assign(assistant!, { maxDurationSeconds: 5 })],
      [
        'a voice of nobody',
        ({ assistant }) => Object.assign(assistant!, { voice: { provider: 'nope', voiceId: '1' } }),
      ],
      ['a model of nobody', ({ assistant }) => Object.assign(assistant!, { model: { provider: 'nope', model: '1' } })],
      ['a message that there is not', ({ assistant }) => Object.assign(assistant!, { serverMessages: ['ended'] })],
      ['a server that is a text', ({ assistant }) => Object.assign(assistant!, { server: 'https://dialer.example' })],
    ])('does not take %s', async (_what, change) => {
      const spec = VapiSpec.ofDocument();
      const body = await createBody();
      change(body);
      expect(spec?.checkRequest('create request', body)).toBe(false);
      expect(spec?.violations).not.toEqual([]);
    });

    it('holds answers and callbacks to it, too', () => {
      const spec = VapiSpec.ofDocument();
      expect(spec?.checkBody('call', { id: '1', orgId: '1', createdAt: 'today', updatedAt: 'today' })).toBe(false);
      expect(spec?.checkBody('status-update', { type: 'status-update', status: 'answered' })).toBe(false);
      expect(spec?.checkBody('end-of-call-report', { type: 'end-of-call-report', endedReason: 'hangup' })).toBe(false);
      expect(spec?.checkQuery('/call', new URLSearchParams({ limit: '2000' }))).toBe(false);
      expect(spec?.checkQuery('/call', new URLSearchParams({ name: '1' }))).toBe(false);
    });

    it('fails a run that was against it', async () => {
      const lab = await makeVapiLab();
      await lab.provider.placeCall({ ...lab.request(0), to: '' }, AbortSignal.timeout(5_000));
      await expect(lab.close()).rejects.toThrow(/Against Vapi's API.*customer\/number/);
    });

    it('has no reason for an end that we do not know', () => {
      expect(reasons.length).toBeGreaterThan(600);
      expect(reasons.filter((reason) => knownEndingOf(reason) === undefined)).toEqual([]);
    });

    /** Whoever is taken for reached, or for a wrong number, is never called again: that is not left to how a word begins. */
    it('has no others for a person who was reached, or is not to be called again', () => {
      const ofStatus = (status: string) => reasons.filter((reason) => knownEndingOf(reason)?.status === status);
      expect(new Set(ofStatus('completed'))).toEqual(
        new Set([
          'assistant-ended-call',
          'assistant-said-end-call-phrase',
          'assistant-ended-call-with-hangup-task',
          'assistant-ended-call-after-message-spoken',
          'assistant-forwarded-call',
          'customer-ended-call',
          'customer-ended-call-before-warm-transfer',
          'customer-ended-call-after-warm-transfer-attempt',
          'customer-ended-call-during-transfer',
          'exceeded-max-duration',
          'silence-timed-out',
          'voicemail',
          'vonage-completed',
          'call.in-progress.twilio-completed-call',
          'call.in-progress.sip-completed-call',
          'call.in-progress.error-transfer-failed',
          'call.in-progress.error-warm-transfer-assistant-cancelled',
          'call.in-progress.error-warm-transfer-max-duration',
          'call.in-progress.error-warm-transfer-microphone-timeout',
          'call.in-progress.error-warm-transfer-silence-timeout',
          'call.forwarding.operator-busy',
          'call.forwarding.no-answer',
          'call.ending.hook-executed-say',
          'call.ending.hook-executed-transfer',
        ]),
      );
      expect(reasons.filter((reason) => knownEndingOf(reason)?.outcome === 'bad_number')).toEqual([
        'call.start.error-vapi-number-international',
        'twilio-reported-customer-misdialed',
      ]);
      expect(new Set(ofStatus('no_answer')).size + new Set(ofStatus('busy')).size).toBe(4);
      expect(ofStatus('canceled')).toEqual(['scheduled-call-deleted', 'manually-canceled', 'call-deleted']);
    });

    it('has no voice that needs no more than an id and cannot be named', () => {
      const voices = (schemas()['CreateAssistantDTO']?.properties?.['voice']?.anyOf ?? []).map(
        ({ $ref }) => schemas()[$ref?.split('/').at(-1) ?? ''] as Schema & { readonly required?: readonly string[] },
      );
      const simple = voices.filter(({ required }) =>
        required?.every((name) => name === 'provider' || name === 'voiceId'),
      );
      const providers = simple.flatMap(({ properties }) => properties?.['provider']?.enum ?? []);
      expect(providers.length).toBeGreaterThan(15);
      for (const provider of providers) {
        expect(toVapiVoice(`${provider}:x`, 'none')).toEqual({ provider, voiceId: 'x' });
      }
    });
  },
);
