import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Environment } from '#config/settings.js';
import { ACCEPT } from './twilio/create-replies.js';
import type { FakeTwilioOptions } from './twilio/fake-twilio-options.js';
import type { FakeVapiOptions } from './vapi/fake-vapi-options.js';
import { emptyTwilioReport, twilioSide, vapiSide } from './smoke/sides.js';
import { post, SmokeStage, TO, type Happening, type SmokeResult, type SmokeSide } from './smoke/smoke-stage.js';

const TALK: readonly Happening[] = ['ring', 'answer', 'complete'];
/** Address where no server listens. */
const NOWHERE = 'http://127.0.0.1:1';
const PROVIDERS = ['twilio', 'vapi'] as const;

describe('A smoke call', () => {
  let stage: SmokeStage;
  let side: SmokeSide;
  const servers: Server[] = [];

  beforeEach(() => {
    stage = new SmokeStage();
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
    await side.close();
  });

  async function startTwilio(options: Partial<FakeTwilioOptions> = {}, signedWith?: string): Promise<void> {
    side = await twilioSide({ now: stage.now, ...options }, signedWith);
  }
  async function startVapi(options: Partial<FakeVapiOptions> = {}): Promise<void> {
    side = await vapiSide({ now: stage.now, ...options });
  }
  /**
   * Starts a server that echoes each request.
   * @returns its address.
   */
  async function elsewhere(status: number): Promise<string> {
    const server = createServer((request, response) => {
      response.writeHead(status);
      request.pipe(response);
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const start = (provider: (typeof PROVIDERS)[number]) => (provider === 'twilio' ? startTwilio() : startVapi());

  /** Runs the command, and expects its output to show no number and no secret. */
  async function run(given: Parameters<SmokeStage['run']>[1] = {}): Promise<SmokeResult> {
    const result = await stage.run(side, given);
    for (const secret of [TO.slice(1), ...side.secrets]) expect(result.text).not.toContain(secret);
    return result;
  }

  it('over Twilio shows what holds, and that all of it does', async () => {
    await startTwilio({ pricedAfterMs: 30_000 });
    const { code, text, seconds } = await run({ happenings: TALK });
    expect(text).toMatch(/^ {4}calling …123 over twilio …$/m);
    expect(text).toMatch(/^✓ create: accepted as CA[0-9a-f]{32}$/m);
    expect(text).toMatch(/^✓ look-up by the provider's id: found, /m);
    expect(text).toMatch(/^✓ look-up by our key: found, /m);
    expect(text).toMatch(/^ {4}\+3 s {2}webhook: ringing$/m);
    expect(text).toMatch(/^✓ end: completed, 3 s, answered by human, reached, "completed"$/m);
    expect(text).toMatch(/^ {4}waiting for cost \(0 s of at most 120 s\) …$/m);
    expect(text).toMatch(/^✓ webhooks: 6 genuine, 0 forged, 0 unreadable$/m);
    expect(text).toMatch(/^✓ answered by: human$/m);
    expect(text).toMatch(/^✓ recording: \d+ bytes of audio\/x-wav$/m);
    expect(text).toMatch(/^✓ cost: 0\.01400, known 30 s after the end$/m);
    expect(text).toMatch(/^ {2}– {2}conversation +a conversation needs the api/m);
    expect(text).toMatch(/^✓ tunnel: http:\/\/127\.0\.0\.1:\d+ leads here$/m);
    expect(text.trimEnd().split('\n').at(-1)).toBe('11 passed, 0 failed, 1 could not be seen');
    expect({ code, creates: side.creates(), seconds }).toEqual({ code: 0, creates: 1, seconds: 9 + 30 });
  });

  it('over Vapi shows what holds, and that all of it does', async () => {
    await startVapi();
    const { code, text } = await run({ happenings: TALK });
    expect(text).toMatch(/^✓ end: completed, 3 s, goal_reached, "customer-ended-call"$/m);
    expect(text).toMatch(/^✓ messages: 2 turns$/m);
    expect(text).toMatch(/^✓ transcript: \d+ characters$/m);
    expect(text).toMatch(/^✓ summary: \d+ characters$/m);
    expect(text).toMatch(/^✓ recording: \d+ bytes of /m);
    expect(text).toMatch(/^✓ wishes: a model was asked for opt-out and call-back$/m);
    expect(text.trimEnd().split('\n').at(-1)).toBe('14 passed, 0 failed, 0 could not be seen');
    expect({ code, creates: side.creates() }).toEqual({ code: 0, creates: 1 });
  });

  describe.each(PROVIDERS)('over %s', (provider) => {
    beforeEach(() => start(provider));

    it.each([
      ['--yes', [provider], {}],
      ['SMOKE_TO', [provider, '--yes'], { SMOKE_TO: '' }],
    ] as const)('is not placed without %s', async (_what, argv, environment) => {
      const { code, text } = await run({ argv, environment });
      expect({ code, creates: side.creates() }).toEqual({ code: 2, creates: 0 });
      expect(text).toContain('one real call that rings and is charged');
      expect(text).toContain(`npm run smoke:${provider} -- --yes`);
      expect(text).toContain('SMOKE_TO' in environment ? 'SMOKE_TO, which is not set' : '…123');
    });

    it('is not placed while settings are missing, each of which is named', async () => {
      const names = Object.keys(side.environment).filter((name) => !name.endsWith('_API_URL'));
      const none = Object.fromEntries([...names, 'PUBLIC_URL', 'SMOKE_TO'].map((name) => [name, '']));
      const { code, text } = await run({ environment: none });
      expect({ code, creates: side.creates() }).toEqual({ code: 2, creates: 0 });
      for (const name of [...names, 'PUBLIC_URL'])
        expect(text).toMatch(new RegExp(`^✗ settings: ${name} is not set: set it`, 'm'));
      expect(text).toContain(`npm run smoke:${provider} -- --yes`);
    });

    it('is not placed where nobody can listen', async () => {
      const environment: Environment = await stage.environment(side);
      const server = createServer().listen(Number(environment['PORT']), '127.0.0.1');
      servers.push(server);
      const { code, text } = await run();
      expect({ code, creates: side.creates() }).toEqual({ code: 2, creates: 0 });
      expect(text).toMatch(/^✗ listening: not possible on 127\.0\.0\.1:\d+ \(EADDRINUSE\)$/m);
    });

    it.each([
      ['to nobody', NOWHERE, /nobody answers \(ECONNREFUSED\)/],
      ['to somebody else', () => elsewhere(404), /somebody else answers \(HTTP 404\)/],
      ['to somebody who says the same', () => elsewhere(200), /somebody else answers \(HTTP 200\)/],
    ])('is not placed where PUBLIC_URL leads %s', async (_where, url, seen) => {
      const PUBLIC_URL = typeof url === 'string' ? url : await url();
      const { code, text } = await run({ environment: { PUBLIC_URL } });
      expect({ code, creates: side.creates() }).toEqual({ code: 2, creates: 0 });
      expect(text).toMatch(new RegExp(`^✗ tunnel: ${PUBLIC_URL} does not lead here: ${seen.source}$`, 'm'));
      expect(text).toContain('PUBLIC_URL must lead to 127.0.0.1:');
    });

    it('that is refused for its credentials says which they are', async () => {
      const wrong = { TWILIO_AUTH_TOKEN: 'not-the-primary-token', VAPI_API_KEY: 'not-the-private-key' };
      const { code, text } = await run({ environment: wrong });
      expect({ code, isLive: side.isLive() }).toEqual({ code: 1, isLive: false });
      expect(text).toMatch(/^✗ create: rejected as account: (20003|Unauthorized)$/m);
      expect(text).toContain(
        provider === 'twilio' ? 'TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN' : 'VAPI_API_KEY must be',
      );
      expect(text).toMatch(/^3 passed, 1 failed, \d+ could not be seen$/m);
      for (const secret of Object.values(wrong)) expect(text).not.toContain(secret);
    });

    it('whose callbacks do not arrive is followed by look-ups, and has failed', async () => {
      const { code, text } = await run({ happenings: TALK, isTold: false });
      expect(code).toBe(1);
      expect(text).toMatch(/^✗ webhooks: none came$/m);
      expect(text).toMatch(/No webhook came to http:\/\/127\.0\.0\.1:\d+: is the tunnel or proxy up/);
      expect(text).toMatch(/^✓ end: completed, 3 s/m);
      expect(text).toMatch(/^\d+ passed, 1 failed, \d could not be seen$/m);
    });

    it('that nobody takes shows less, but nothing wrong', async () => {
      const { code, text } = await run({ happenings: ['ring', 'no_answer'] });
      expect(code).toBe(0);
      expect(text).toMatch(/^✓ end: no_answer/m);
      expect(text).toMatch(/^– recording: nobody answered the call$/m);
    });

    it('that fails on the line has failed', async () => {
      const { code, text } = await run({ happenings: ['ring', 'fail'] });
      expect(code).toBe(1);
      expect(text).toMatch(/^✗ end: failed/m);
    });

    it('is hung up when it is stopped', async () => {
      const stop = () => stage.stopping.abort();
      const { code, text } = await run({ happenings: ['ring', 'answer', stop] });
      expect({ code, isLive: side.isLive() }).toEqual({ code: 1, isLive: false });
      expect(text).toContain('Stopped. The call was hung up.');
      expect(text).toMatch(/^✗ end: stopped before it$/m);
    });

    it('is not placed when it is stopped before', async () => {
      stage.stopping.abort();
      const { code } = await run();
      expect({ code, creates: side.creates() }).toEqual({ code: 2, creates: 0 });
    });

    it('whose end does not come is hung up', async () => {
      const { code, text, seconds } = await run({ happenings: ['ring'] });
      expect({ code, isLive: side.isLive(), seconds }).toEqual({ code: 1, isLive: false, seconds: 120 });
      expect(text).toMatch(/^✗ end: not told within 120 s$/m);
      expect(text).toContain('The call was hung up.');
    });
  });

  it('whose create request is not answered is found by our key, and not asked for again', async () => {
    await startTwilio({ reply: () => ({ kind: 'lose' }) });
    const { code, text } = await run({ happenings: TALK });
    expect({ code, creates: side.creates() }).toEqual({ code: 1, creates: 1 });
    expect(text).toMatch(/^✗ create: no answer \(.+\), so that it may ring$/m);
    expect(text).toMatch(/^✓ look-up by our key: found, /m);
    expect(text).toMatch(/^✓ end: completed/m);
  });

  it('may take a while to be found', async () => {
    await startTwilio({ visibleAfterMs: 5_000 });
    const { code, text } = await run({ happenings: ['nothing', 'nothing', ...TALK] });
    expect(code).toBe(0);
    expect(text).toMatch(/^✓ look-up by our key: found, /m);
  });

  it('that is found too late or not at all by our key has failed', async () => {
    await startTwilio({ visibleAfterMs: 3_600_000 });
    const { code, text } = await run();
    expect(code).toBe(1);
    expect(text).toMatch(/^✗ look-up by the provider's id: not found within 30 s$/m);
    expect(text).toMatch(/^✗ look-up by our key: not found within 30 s$/m);
    expect(text).toContain("is this machine's clock right");
  });

  it('is told apart from another one to the same number', async () => {
    await startTwilio();
    const earlier = await run({ happenings: TALK });
    expect(earlier.code).toBe(0);
    stage.nowMs += (2 - earlier.seconds) * 1000;
    const { code, text } = await run({ happenings: TALK });
    expect(code).toBe(1);
    expect(text).toMatch(/^✗ look-up by our key: another call, CA[0-9a-f]{32}$/m);
  });

  it('whose callbacks are signed with another token has failed', async () => {
    await startTwilio({}, 'the-secondary-token');
    const { code, text } = await run({ happenings: TALK });
    expect(code).toBe(1);
    expect(text).toMatch(/^✗ webhooks: 0 genuine, 6 forged, 0 unreadable$/m);
    expect(text).toContain('PUBLIC_URL must be the same to the letter');
    expect(text).toMatch(/^✓ cost: 0\.01400, known 0 s after the end$/m);
  });

  it('that is told of in a way that nobody understands has failed', async () => {
    await startTwilio();
    const answers: (number | null)[] = [];
    const oddly = async () => {
      const url = side.posts()[0]?.url ?? '';
      answers.push(await post(emptyTwilioReport(url)), await post(emptyTwilioReport(`${url}0`)));
    };
    const { code, text } = await run({ happenings: [oddly, ...TALK] });
    expect({ code, answers }).toEqual({ code: 1, answers: [204, 404] });
    expect(text).toContain('webhook: not understood (no CallSid)');
    expect(text).toMatch(/^✗ webhooks: 6 genuine, 0 forged, 1 unreadable$/m);
  });

  it.each([
    [70, '✓ cost: 0.01400, known 70 s after the end'],
    [100, '✓ cost: 0.01400, known 100 s after the end'],
    [200, '✗ cost: did not come within 120 s of the end'],
  ])('that has a cost after %i seconds: %s', async (seconds, report) => {
    await startTwilio({ pricedAfterMs: seconds * 1000, reply: () => ACCEPT });
    const { code, text } = await run({ happenings: TALK });
    expect(text).toContain(`\n${report}\n`);
    expect(code).toBe(report.startsWith('✓') ? 0 : 1);
  });

  it.each([
    ['call.start.error-subscription-insufficient-credits', 'has no credit'],
    ['pipeline-error-eleven-labs-voice-not-found', 'look at SMOKE_VOICE_ID'],
    ['some-new-error', "Vapi's dashboard says more"],
  ])('that Vapi ends for %s says what that means', async (reason, words) => {
    await startVapi({ reply: () => ({ kind: 'hold_up' }) });
    const { code, text } = await run({ happenings: [() => side.end(reason)] });
    expect(code).toBe(1);
    expect(text).toMatch(new RegExp(`^✗ end: failed, .*"${reason}"$`, 'm'));
    expect(text).toContain(words);
  });

  it('over Vapi that is found nowhere is told no more than is so of Vapi', async () => {
    await startVapi({ reply: () => ({ kind: 'accept' }), listedAfterMs: 3_600_000 });
    const { code, text } = await run({ happenings: ['ring', 'answer'] });
    expect(code).toBe(1);
    expect(text).toMatch(/^✗ look-up by our key: not found within 30 s$/m);
    expect(text).toContain("among those of its time: is this machine's clock right?");
    expect(text).not.toContain('to this number just before');
  });

  it.each([{}, { summary: 'They spoke.', successEvaluation: 'true' }])(
    'over Vapi of which no model was asked what the person wishes (%j) has failed',
    async (analysis) => {
      await startVapi({ analysis });
      const { code, text } = await run({ happenings: TALK });
      expect(code).toBe(1);
      expect(text).toMatch(/^✗ wishes: did not come within 120 s of the end$/m);
    },
  );

  it('that a machine takes has no conversation to show', async () => {
    await startVapi();
    const { code, text } = await run({ happenings: ['ring', 'voicemail'] });
    expect(code).toBe(0);
    expect(text).toMatch(/^– transcript: a machine answered the call$/m);
  });

  it.each([[['sip', '--yes']], [['simulator', '--yes']], [[]], [['twilio', 'vapi', '--yes']], [['twilio', '--no']]])(
    'of %j is refused with a sentence',
    async (argv) => {
      await startTwilio();
      const { code, text } = await run({ argv });
      expect({ code, text, creates: side.creates() }).toEqual({
        code: 2,
        text: 'Say which provider, twilio or vapi, and nothing else but --yes.\n',
        creates: 0,
      });
    },
  );

  it('goes to a number in E.164 alone, and does not repeat another', async () => {
    await startTwilio();
    const { code, text } = await run({ environment: { SMOKE_TO: '02079460199' } });
    expect({ code, creates: side.creates() }).toEqual({ code: 2, creates: 0 });
    expect(text).toContain('✗ settings: SMOKE_TO must be a phone number in E.164');
    expect(text).not.toContain('02079460199');
  });
});
