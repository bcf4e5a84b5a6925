import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SipSettings } from '#telephony/sip/engine/sip-settings.js';
import { until } from '../harness/until.js';
import { describeProviderContract } from './provider-contract.js';
import { HAS_SIP } from './sip/installed.js';
import { calleeScenario, challengeScenario, REFUSALS } from './sip/scenarios.js';
import { SipDesk } from './sip/sip-desk.js';
import { makeSipLab, sipRequest } from './sip/sip-lab.js';
import { SipSite } from './sip/sip-site.js';

const MD5 = (text: string) => createHash('md5').update(text).digest('hex');

describe.skipIf(!HAS_SIP)('baresip and sipp are installed (apt-get install baresip-core sip-tester)', () => {
  describeProviderContract('A SIP trunk', makeSipLab, { saysWhenToRetry: false });

  describe('A call over a SIP trunk', () => {
    let site: SipSite;
    let opened: SipDesk | undefined;
    const open = async (settings: Partial<SipSettings> = {}) => (opened = await SipDesk.open(site, settings));

    beforeEach(async () => {
      opened = undefined;
      site = await SipSite.open(calleeScenario());
    });

    afterEach(async () => {
      await opened?.close();
      await site.close();
    });

    it('ends as the code says with which it is refused', async () => {
      const desk = await open();
      const codes = Object.keys(REFUSALS).map(Number);
      for (const code of codes) await desk.call(code, {}, `refuse_${code}`);
      const ends = codes.map(async (code) => [code, await desk.ended(code)] as const);
      const told = (await Promise.all(ends)).map(([code, facts]) => [code, facts.status, facts.outcome]);
      expect(told).toEqual([
        [403, 'failed', 'provider_error'],
        [404, 'failed', 'bad_number'],
        [407, 'failed', 'provider_error'],
        [408, 'no_answer', 'no_answer'],
        [410, 'failed', 'bad_number'],
        [480, 'no_answer', 'no_answer'],
        [484, 'failed', 'bad_number'],
        [486, 'busy', 'busy'],
        [487, 'no_answer', 'no_answer'],
        [488, 'failed', 'provider_error'],
        [500, 'failed', 'provider_error'],
        [502, 'failed', 'provider_error'],
        [503, 'failed', 'provider_error'],
        [504, 'failed', 'provider_error'],
        [600, 'busy', 'busy'],
        [603, 'no_answer', 'no_answer'],
        [604, 'failed', 'bad_number'],
        [607, 'failed', 'opt_out'],
        [608, 'failed', 'provider_error'],
      ]);
      expect((await desk.ended(486)).endReason).toBe('486 Busy Here');
    });

    it('is given up when it rings too long, and the phone is told', async () => {
      const desk = await open();
      await desk.call(1, { ringTimeoutSeconds: 3 }, 'ring');
      expect(await desk.ended(1)).toMatchObject({
        status: 'no_answer',
        endReason: 'ring_timeout',
        durationSeconds: null,
      });
      await until('the phone is silent', async () => site.callee.invitations.every(({ isOver }) => isOver));
    });

    it('fails when nothing is ever heard of the trunk', async () => {
      const nobody = createSocket('udp4').bind(0, '127.0.0.1');
      await once(nobody, 'listening');
      const desk = await open({ trunk: `127.0.0.1:${nobody.address().port}` });
      expect((await desk.place(1, { ringTimeoutSeconds: 1 })).kind).toBe('accepted');
      expect(await desk.ended(1)).toMatchObject({
        status: 'failed',
        outcome: 'provider_error',
        endReason: 'never_rang',
      });
      nobody.close();
    });

    it('is ended when it lasts too long', async () => {
      const desk = await open();
      await desk.call(1, { maxCallSeconds: 1 }, 'ring', 'answer');
      const facts = await desk.ended(1);
      expect(facts).toMatchObject({ status: 'completed', endReason: 'max_duration' });
      expect(facts.durationSeconds).toBeGreaterThanOrEqual(1);
    });

    it('is over when the prompt is', async () => {
      const desk = await open({ audioFile: site.prompt(0.5) });
      await desk.call(1, {}, 'ring', 'answer');
      expect(await desk.ended(1)).toMatchObject({
        status: 'completed',
        outcome: 'reached',
        endReason: 'prompt_played',
      });
      await until('the callee is told', async () => site.callee.invitations.every(({ isOver }) => isOver));
    });

    it.each([
      ['before it rings', [], { status: 'canceled', endReason: 'hung_up' }],
      ['while it rings', ['ring'], { status: 'canceled', endReason: 'hung_up' }],
      ['while somebody talks', ['ring', 'answer'], { status: 'completed', endReason: 'hung_up' }],
    ] as const)('is hung up %s', async (_, verbs, end) => {
      const desk = await open();
      const call = await desk.call(1, {}, ...verbs);
      expect(await desk.provider.hangup(call)).toBe('hung_up');
      expect(await desk.ended(1)).toMatchObject(end);
      await until('the callee is told', async () => site.callee.invitations.every(({ isOver }) => isOver));
    });

    it('is never cut off when another is hung up that its callee has just ended', async () => {
      const desk = await open();
      const calls = [];
      for (let n = 0; n < 30; n += 1) calls.push(await desk.call(n, {}, 'answer'));
      const racing = calls.slice(0, 20).map(async (call) => {
        site.callee.order(call.dialerJobId, 'hang_up');
        return desk.provider.hangup(call);
      });
      for (const result of await Promise.all(racing)) expect(['hung_up', 'already_ended']).toContain(result);
      for (let n = 0; n < 20; n += 1) expect((await desk.ended(n)).status).toBe('completed');
      const over = () => site.callee.invitations.filter(({ isOver }) => isOver).length;
      await until('the twenty know it', async () => over() >= 20);
      const live = calls.slice(20).map((call) => desk.provider.lookUp(call));
      expect(await Promise.all(live)).toEqual(
        live.map(() => ({ kind: 'found', event: expect.objectContaining({ status: 'in_progress' }) })),
      );
      expect(over()).toBe(20);
    });

    it('shows the caller id that it is placed with', async () => {
      const desk = await open({ domain: 'dialer.example' });
      await desk.call(1, { from: '+442079460001' });
      await desk.call(2, { from: '+442079460002' });
      await desk.call(3, { from: null });
      await desk.call(4, { from: '+442079460001' });
      expect(site.callee.invitations.map(({ caller }) => /<sip:(.*)>/.exec(caller)?.[1])).toEqual([
        '+442079460001@dialer.example',
        '+442079460002@dialer.example',
        'outdial@dialer.example',
        '+442079460001@dialer.example',
      ]);
    });

    it('is told by its number from others, for a trunk that takes no parameters: one at a time', async () => {
      const desk = await open({ correlation: 'number' });
      expect((await desk.place(1)).kind).toBe('accepted');
      expect(await desk.place(2, { to: sipRequest(1).to })).toMatchObject({ fault: 'throttle', code: 'number_in_use' });
      await until('somebody is called', async () => site.callee.invitations.length > 0);
      const [invitation] = site.callee.invitations;
      expect(invitation?.target).toBe(`sip:${sipRequest(1).to}@127.0.0.1:${site.callee.port}`);
      site.callee.orderCall(invitation?.callId ?? '', 'refuse_486');
      expect((await desk.ended(1)).status).toBe('busy');
      expect((await desk.place(2, { to: sipRequest(1).to })).kind).toBe('accepted');
    });

    it('is one of fifty at once', async () => {
      const desk = await open();
      const numbers = Array.from({ length: 50 }, (_, n) => n);
      const results = await Promise.all(numbers.map((n) => desk.place(n)));
      expect(new Set(results.map((result) => (result.kind === 'accepted' ? result.providerCallId : null))).size).toBe(
        50,
      );
      await Promise.all(numbers.map((n) => desk.isCalled(n)));
      await Promise.all(numbers.map((n) => desk.order(n, 'answer')));
      expect(site.callee.invitations.filter(({ isOver }) => !isOver)).toHaveLength(50);
      await Promise.all(numbers.map((n) => desk.order(n, 'hang_up')));
      for (const n of numbers) expect((await desk.ended(n)).status).toBe('completed');
      expect(site.callee.invitations).toHaveLength(50);
    });

    it.each([
      [{ to: 'sip:anybody@elsewhere.example' }, 'permanent', 'not_a_number'],
      [{ to: '+44 20 7946' }, 'permanent', 'not_a_number'],
      [{ from: 'me>;auth_user=x' }, 'account', 'bad_caller_id'],
      [{ dialerJobId: '../../etc/passwd' }, 'account', 'bad_dialer_job_id'],
    ] as const)('is not asked for with %o', async (differences, fault, code) => {
      const desk = await open();
      expect(await desk.place(1, differences)).toEqual({ kind: 'rejected', fault, code });
      await desk.call(2);
      expect(site.callee.invitations).toHaveLength(1);
    });

    it('is not asked for with a prompt that cannot be played', async () => {
      const desk = await open({ audioFile: site.prompt(1, 44_100) });
      expect(await desk.place(1)).toEqual({ kind: 'rejected', fault: 'account', code: 'prompt_not_8khz_mono_wav' });
    });

    it('is not asked for once it was given up', async () => {
      const desk = await open();
      const given = await desk.provider.placeCall(sipRequest(1), AbortSignal.abort());
      expect(given).toMatchObject({ kind: 'rejected', fault: 'throttle' });
      await desk.call(2);
      expect(site.callee.invitations).toHaveLength(1);
      expect((await desk.provider.lookUp({ ...sipRequest(1), providerCallId: null })).kind).toBe('not_found');
    });

    it('is in doubt while the engine is frozen, and found when it goes on', async () => {
      const desk = await open();
      await desk.call(0);
      site.signalEngine('SIGSTOP');
      expect((await desk.provider.placeCall(sipRequest(1), AbortSignal.timeout(300))).kind).toBe('unknown');
      const call = { ...sipRequest(1), providerCallId: null };
      expect((await desk.provider.lookUp(call)).kind).toBe('unavailable');
      site.signalEngine('SIGCONT');
      await desk.isCalled(1);
      await desk.order(1, 'ring');
      expect(await desk.provider.lookUp(call)).toMatchObject({ kind: 'found', event: { status: 'ringing' } });
      expect((await desk.place(1)).kind).toBe('unknown');
      expect(site.callee.invitations).toHaveLength(2);
    });

    it('from outside is declined', async () => {
      const desk = await open();
      await desk.call(1, {}, 'answer');
      expect(await answerToCaller(site.engine().ports.sip)).toBe('SIP/2.0 486 Rejected');
      await desk.order(1, 'hang_up');
    });
  });

  describe.each([401, 407] as const)('A SIP trunk that answers %i', (code) => {
    it('is told who calls, and the password to nobody', async () => {
      const site = await SipSite.open(challengeScenario(code));
      const desk = await SipDesk.open(site, { password: 'p@ss"w,o>r<d=' });
      expect((await desk.place(1)).kind).toBe('accepted');
      expect(await desk.ended(1)).toMatchObject({ status: 'completed', endReason: 'callee_hung_up' });
      const login = site.callee.invitations[0]?.login ?? '';
      const said = Object.fromEntries(
        [...login.matchAll(/(\w+)="?([^",]*)"?/g)].map(([, name, value]) => [name, value]),
      );
      expect(said).toMatchObject({
        username: 'outdial',
        realm: 'trunk.example',
        uri: site.callee.invitations[0]?.target,
      });
      const proof = `${MD5('outdial:trunk.example:p@ss"w,o>r<d=')}:${said['nonce']}`;
      const qop = said['qop'] ? `:${said['nc']}:${said['cnonce']}:${said['qop']}` : '';
      expect(said['response']).toBe(MD5(`${proof}${qop}:${MD5(`INVITE:${said['uri']}`)}`));
      expect(site.filesWith('p@ss')).toEqual([]);
      await desk.close();
      await site.close();
    });
  });
});

/** What a stranger who calls us hears in the end. */
async function answerToCaller(port: number): Promise<string> {
  const stranger = createSocket('udp4').bind(0, '127.0.0.1');
  await once(stranger, 'listening');
  const me = `127.0.0.1:${stranger.address().port}`;
  const headers = [
    `INVITE sip:outdial@127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${me};branch=z9hG4bK1`,
    `From: <sip:stranger@${me}>;tag=1`,
    `To: <sip:outdial@127.0.0.1:${port}>`,
    'Call-ID: stranger-1',
    'CSeq: 1 INVITE',
    `Contact: <sip:stranger@${me}>`,
    'Max-Forwards: 70',
    'Content-Length: 0',
  ];
  let answer = '';
  stranger.on('message', (message) => (answer = message.toString().split('\r\n')[0] ?? ''));
  stranger.send(`${headers.join('\r\n')}\r\n\r\n`, port, '127.0.0.1');
  await until('an answer that is final', async () => /^SIP\/2.0 [3-6]/.test(answer));
  stranger.close();
  return answer;
}
