import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { until } from '../support/until.js';
import { describeCallsOverSip } from './sip/opened-site.js';
import { sipRequest } from './sip/sip-lab.js';

describeCallsOverSip('A call over a SIP trunk', (sip) => {
  it('shows the caller id that it is placed with', async () => {
    const context = await sip.open({ domain: 'dialer.example' });
    await context.call(1, { from: '+442079460001' });
    await context.call(2, { from: '+442079460002' });
    await context.call(3, { from: null });
    await context.call(4, { from: '+442079460001' });
    expect(sip.site.callee.invitations.map(({ caller }) => /<sip:(.*)>/.exec(caller)?.[1])).toEqual([
      '+442079460001@dialer.example',
      '+442079460002@dialer.example',
      'outdial@dialer.example',
      '+442079460001@dialer.example',
    ]);
  });

  it('is told by its number from others, for a trunk that takes no parameters: one at a time', async () => {
    const context = await sip.open({ correlation: 'number' });
    expect((await context.place(1)).kind).toBe('accepted');
    expect(await context.place(2, { to: sipRequest(1).to })).toMatchObject({
      fault: 'throttle',
      code: 'number_in_use',
    });
    await until('somebody is called', async () => sip.site.callee.invitations.length > 0);
    const [invitation] = sip.site.callee.invitations;
    expect(invitation?.target).toBe(`sip:${sipRequest(1).to}@127.0.0.1:${sip.site.callee.port}`);
    sip.site.callee.orderCall(invitation?.callId ?? '', 'refuse_486');
    expect((await context.ended(1)).status).toBe('busy');
    expect((await context.place(2, { to: sipRequest(1).to })).kind).toBe('accepted');
  });

  it('is one of fifty at once', async () => {
    const context = await sip.open();
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    const results = await Promise.all(numbers.map((n) => context.place(n)));
    expect(new Set(results.map((result) => (result.kind === 'accepted' ? result.providerCallId : null))).size).toBe(50);
    await Promise.all(numbers.map((n) => context.isCalled(n)));
    await Promise.all(numbers.map((n) => context.order(n, 'answer')));
    expect(sip.site.callee.invitations.filter(({ isOver }) => !isOver)).toHaveLength(50);
    await Promise.all(numbers.map((n) => context.order(n, 'hang_up')));
    for (const n of numbers) expect((await context.ended(n)).status).toBe('completed');
    expect(sip.site.callee.invitations).toHaveLength(50);
  });

  it.each([
    [{ to: 'sip:anybody@elsewhere.example' }, 'permanent', 'not_a_number'],
    [{ to: '+44 20 7946' }, 'permanent', 'not_a_number'],
    [{ from: 'me>;auth_user=x' }, 'account', 'bad_caller_id'],
    [{ dialerJobId: '../../etc/passwd' }, 'account', 'bad_dialer_job_id'],
  ] as const)('is not asked for with %o', async (differences, fault, code) => {
    const context = await sip.open();
    expect(await context.place(1, differences)).toEqual({ kind: 'rejected', fault, code });
    await context.call(2);
    expect(sip.site.callee.invitations).toHaveLength(1);
  });

  it('is not asked for with a prompt that cannot be played', async () => {
    const context = await sip.open({ audioFile: sip.site.prompt(1, 44_100) });
    expect(await context.place(1)).toEqual({ kind: 'rejected', fault: 'account', code: 'prompt_not_8khz_mono_wav' });
  });

  it('is not asked for once it was given up', async () => {
    const context = await sip.open();
    const given = await context.provider.placeCall(sipRequest(1), AbortSignal.abort());
    expect(given).toMatchObject({ kind: 'rejected', fault: 'throttle' });
    await context.call(2);
    expect(sip.site.callee.invitations).toHaveLength(1);
    expect((await context.provider.lookUp({ ...sipRequest(1), providerCallId: null })).kind).toBe('not_found');
  });

  it('is in doubt while the engine is frozen, and found when it goes on', async () => {
    const context = await sip.open();
    await context.call(0);
    sip.site.signalEngine('SIGSTOP');
    expect((await context.provider.placeCall(sipRequest(1), AbortSignal.timeout(300))).kind).toBe('unknown');
    const call = { ...sipRequest(1), providerCallId: null };
    expect((await context.provider.lookUp(call)).kind).toBe('unavailable');
    sip.site.signalEngine('SIGCONT');
    await context.isCalled(1);
    await context.order(1, 'ring');
    expect(await context.provider.lookUp(call)).toMatchObject({ kind: 'found', report: { status: 'ringing' } });
    expect((await context.place(1)).kind).toBe('unknown');
    expect(sip.site.callee.invitations).toHaveLength(2);
  });

  it('from outside is declined', async () => {
    const context = await sip.open();
    await context.call(1, {}, 'answer');
    expect(await answerToCaller(sip.site.engine().ports.sip)).toBe('SIP/2.0 486 Rejected');
    await context.order(1, 'hang_up');
  });
});

/** Returns the final answer to a stranger who calls Outdial's engine. */
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
