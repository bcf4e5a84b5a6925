import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { until } from '../support/until.js';
import { REJECTIONS } from './sip/scenarios.js';
import { describeCallsOverSip } from './sip/opened-site.js';

describeCallsOverSip('The end of a call over a SIP trunk', (sip) => {
  it('ends as the code says with which it is refused', async () => {
    const context = await sip.open();
    const codes = Object.keys(REJECTIONS).map(Number);
    for (const code of codes) await context.call(code, {}, `refuse_${code}`);
    const ends = codes.map(async (code) => [code, await context.ended(code)] as const);
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
    expect((await context.ended(486)).endReason).toBe('486 Busy Here');
  });

  it('is given up when it rings too long, and the phone is told', async () => {
    const context = await sip.open();
    await context.call(1, { ringTimeoutSeconds: 3 }, 'ring');
    expect(await context.ended(1)).toMatchObject({
      status: 'no_answer',
      endReason: 'ring_timeout',
      durationSeconds: null,
    });
    await until('the phone is silent', async () => sip.site.callee.invitations.every(({ isOver }) => isOver));
  });

  it('fails when nothing is ever heard of the trunk', async () => {
    const nobody = createSocket('udp4').bind(0, '127.0.0.1');
    await once(nobody, 'listening');
    const context = await sip.open({ trunk: `127.0.0.1:${nobody.address().port}` });
    expect((await context.place(1, { ringTimeoutSeconds: 1 })).kind).toBe('accepted');
    expect(await context.ended(1)).toMatchObject({
      status: 'failed',
      outcome: 'provider_error',
      endReason: 'never_rang',
    });
    nobody.close();
  });

  it('is ended when it lasts too long', async () => {
    const context = await sip.open();
    await context.call(1, { maxCallSeconds: 1 }, 'ring', 'answer');
    const facts = await context.ended(1);
    expect(facts).toMatchObject({ status: 'completed', endReason: 'max_duration' });
    expect(facts.durationSeconds).toBeGreaterThanOrEqual(1);
  });

  it('is over when the prompt is', async () => {
    const context = await sip.open({ audioFile: sip.site.prompt(0.5) });
    await context.call(1, {}, 'ring', 'answer');
    expect(await context.ended(1)).toMatchObject({
      status: 'completed',
      outcome: 'reached',
      endReason: 'prompt_played',
    });
    await until('the callee is told', async () => sip.site.callee.invitations.every(({ isOver }) => isOver));
  });

  it.each([
    ['before it rings', [], { status: 'canceled', endReason: 'hung_up' }],
    ['while it rings', ['ring'], { status: 'canceled', endReason: 'hung_up' }],
    ['while somebody talks', ['ring', 'answer'], { status: 'completed', endReason: 'hung_up' }],
  ] as const)('is hung up %s', async (_, verbs, end) => {
    const context = await sip.open();
    const call = await context.call(1, {}, ...verbs);
    expect(await context.provider.hangup(call)).toBe('hung_up');
    expect(await context.ended(1)).toMatchObject(end);
    await until('the callee is told', async () => sip.site.callee.invitations.every(({ isOver }) => isOver));
  });

  it('is never cut off when another is hung up that its callee has just ended', async () => {
    const context = await sip.open();
    const calls = [];
    for (let n = 0; n < 30; n += 1) calls.push(await context.call(n, {}, 'answer'));
    const racing = calls.slice(0, 20).map(async (call) => {
      sip.site.callee.order(call.dialerJobId, 'hang_up');
      return context.provider.hangup(call);
    });
    for (const result of await Promise.all(racing)) expect(['hung_up', 'already_ended']).toContain(result);
    for (let n = 0; n < 20; n += 1) expect((await context.ended(n)).status).toBe('completed');
    const over = () => sip.site.callee.invitations.filter(({ isOver }) => isOver).length;
    await until('the twenty know it', async () => over() >= 20);
    const live = calls.slice(20).map((call) => context.provider.lookUp(call));
    expect(await Promise.all(live)).toEqual(
      live.map(() => ({ kind: 'found', report: expect.objectContaining({ status: 'in_progress' }) })),
    );
    expect(over()).toBe(20);
  });
});
