import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toCreateBody } from '#telephony/vapi/create-body.js';
import { END_KINDS, knownEndKindOf } from '#telephony/vapi/end-kind.js';
import { VAPI_MODEL, VAPI_VOICE_PROVIDER } from '#telephony/vapi/vapi-settings.js';
import { toVapiTranscriber } from '#telephony/vapi/transcriber.js';
import { toVapiVoice } from '#telephony/vapi/voice.js';
import { ACCOUNT, makeVapiLab } from './vapi/vapi-lab.js';
import { HAS_VAPI_DOCUMENT, vapiDocument, WITHOUT_VAPI_DOCUMENT, type Schema } from './vapi/vapi-document.js';
import { VapiSpec } from './vapi/vapi-spec.js';

const schemas = () => vapiDocument().components.schemas;

/** Lists all reasons that the document has for an end, each after what it says. Any change of them shows here. */
const TABLE = readFileSync(new URL('vapi/ended-reasons.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((row) => row.split(' ') as [kind: string, reason: string]);

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

describe('The reasons for which calls of Vapi end', () => {
  it('say what stands in the table, each of them', () => {
    expect(TABLE.map(([, reason]) => `${knownEndKindOf(reason)} ${reason}`)).toEqual(TABLE.map((row) => row.join(' ')));
  });

  it('are of all kinds, and there is none twice', () => {
    expect(new Set(TABLE.map(([kind]) => kind))).toEqual(new Set(END_KINDS));
    expect(new Set(TABLE.map(([, reason]) => reason)).size).toBe(TABLE.length);
  });
});

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
      ['a transcriber of nobody', ({ assistant }) => Object.assign(assistant!, { transcriber: { provider: 'nope' } })],
      [
        'a language that nobody has',
        ({ assistant }) => Object.assign(assistant!, { transcriber: { provider: 'azure', language: 'xx' } }),
      ],
      ['a search for machines of a text', ({ assistant }) => Object.assign(assistant!, { voicemailDetection: 'on' })],
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

    it('has the reasons for an end that are in our table, and no others', () => {
      expect(new Set(reasons)).toEqual(new Set(TABLE.map(([, reason]) => reason)));
    });

    /** Languages of Deepgram and Azure, with and without region: they must have all that Outdial asks for. */
    it('has all languages that we name to those who write down what is said', () => {
      const languagesOf = (name: string) => schemas()[name]?.properties?.['language']?.enum ?? [];
      const known = {
        deepgram: languagesOf('DeepgramTranscriber'),
        azure: languagesOf('AzureSpeechTranscriber'),
      };
      expect([known.deepgram.length > 50, known.azure.length > 100]).toEqual([true, true]);
      const asked = [...known.deepgram, ...known.azure].flatMap((one) => [one, one.split('-')[0] ?? '']);
      const named = asked.flatMap((one) => toVapiTranscriber(one) ?? []);
      expect(new Set(named.map(({ provider }) => provider))).toEqual(new Set(['deepgram', 'azure']));
      for (const { provider, language } of named) expect(known[provider]).toContain(language);
      const strangers = known.azure.filter((one) => toVapiTranscriber(one) === undefined);
      expect(strangers).toEqual([]);
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
