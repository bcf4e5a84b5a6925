import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { findTranscript } from '#database/statements/calls/calls.js';
import { until } from '../../support/until.js';
import { refuse, say } from './chat-server.js';
import { RelaySite, verdict } from './relay-site.js';
import { TwilioCaller } from './twilio-caller.js';

describe('A conversation over ConversationRelay, in the API', () => {
  let site: RelaySite;

  beforeEach(async () => {
    site = await RelaySite.open();
  });

  afterEach(() => site.close());

  /** Waits until the database says how the session ended. */
  function untilEnded(end: string): Promise<unknown> {
    return until(`the session ends, ${end}`, async () => (await site.told())['session_end'] === end);
  }

  it('is in the database while the call is live, and settles the call with what it came to', async () => {
    site.chat.will(say('I will see to that.'), verdict({ summary: 'They want no more calls.', opt_out: true }));
    const caller = await site.ring();
    caller.person('I would rather not hear from you.');
    await caller.hearEnd();
    await until('three turns are kept', async () => (await site.told())['turns'] === 3);
    expect(await site.told()).toMatchObject({ conversation: 'in_progress', session_end: null, is_to_be_asked: false });
    caller.hangUp();
    await untilEnded('hung_up');
    await site.conclude();
    await site.complete();
    expect(await site.told()).toEqual({
      status: 'completed',
      outcome: 'opt_out',
      end_reason: 'completed',
      summary: 'They want no more calls.',
      transcript: 'Agent: Good morning.\nPerson: I would rather not hear from you.\nAgent: I will see to that.',
      lead: 'suppressed',
      faults: 0,
      conversation: 'completed',
      session_end: 'hung_up',
      is_to_be_asked: false,
      turns: 3,
    });
    expect(await site.database.query('SELECT source FROM dnc_entries')).toEqual([{ source: 'opt_out' }]);
  });

  it('corrects the call when it comes to an end after it', async () => {
    site.chat.will(say('Done.'), verdict({ goal_reached: true }));
    const caller = await site.ring();
    caller.person('Yes, please.');
    await caller.hearEnd();
    await site.complete();
    expect(await site.told()).toMatchObject({ outcome: 'reached', lead: 'completed', is_to_be_asked: true });
    caller.hangUp();
    await untilEnded('hung_up');
    await site.conclude();
    expect(await site.told()).toMatchObject({ outcome: 'goal_reached', summary: 'They talked.' });
    expect(site.chat.unused).toBe(0);
  });

  it('is a person reached who hangs up on the greeting: nobody is asked about it', async () => {
    const caller = await site.ring();
    caller.hangUp();
    await untilEnded('hung_up');
    await site.complete();
    await site.conclude();
    expect(await site.told()).toMatchObject({
      outcome: 'reached',
      lead: 'completed',
      transcript: 'Agent: Good morning.',
      conversation: 'completed',
      is_to_be_asked: false,
    });
    expect(site.chat.requests).toEqual([]);
  });

  it('has no transcript before anybody has said anything', async () => {
    await site.database.query('UPDATE campaigns SET first_message = NULL');
    await site.ring();
    const of = { tenantId: 't', callId: site.call.callId };
    expect(await site.engine.transaction((tx) => findTranscript(tx, of))).toMatchObject({
      transcript: null,
      messages: null,
    });
  });

  describe('that never took place', () => {
    const NOT_TALKED_WITH = { status: 'completed', outcome: 'provider_error', lead: 'pending', faults: 1 };

    it('since nobody could come to it is our fault, and the person is called again', async () => {
      await site.complete();
      expect(await site.told()).toMatchObject({
        ...NOT_TALKED_WITH,
        end_reason: 'no_conversation',
        conversation: null,
      });
      const events = await site.database.query('SELECT report_key, detail FROM call_reports ORDER BY report_key');
      expect(events).toEqual([
        { report_key: 'outdial:no_conversation', detail: { outcome: 'provider_error', end_reason: 'no_conversation' } },
        expect.objectContaining({ report_key: 'status:completed' }),
      ]);
      await site.complete();
      expect(await site.told()).toMatchObject(NOT_TALKED_WITH);
    });

    it('since the API was away or full is the same: a handshake that was refused begins nothing', async () => {
      await site.app.close();
      await site.startApi();
      Logger.overrideLogger(false);
      await site.database.query('ALTER TABLE conversations RENAME TO away');
      expect(await TwilioCaller.connect(site.port, { jobId: site.call.jobId })).toBe(503);
      await site.database.query('ALTER TABLE away RENAME TO conversations');
      await site.complete();
      expect(await site.told()).toMatchObject({ ...NOT_TALKED_WITH, end_reason: 'no_conversation' });
    });

    it.each([
      ['a machine answered the call', { answeredBy: 'machine' as const }, 'voicemail', ''],
      ['nobody took it', { status: 'no_answer' as const }, 'no_answer', ''],
      ['we hung up', {}, 'reached', 'UPDATE dialer_jobs SET hangup_requested_at = now() WHERE id = $1'],
      ['none was to', {}, 'reached', 'UPDATE calls SET is_relayed = false WHERE dialer_job_id = $1'],
    ])('is nobody’s fault where %s', async (_what, facts, outcome, change) => {
      if (change !== '') await site.database.query(change, [site.call.jobId]);
      await site.complete(facts);
      expect(await site.told()).toMatchObject({ outcome, faults: 0 });
    });

    it('since the model did not answer is our fault, told after the end', async () => {
      site.chat.will(refuse(401), refuse(401), refuse(401));
      const caller = await site.ring();
      caller.person('Hello?');
      await caller.hearEnd(1);
      caller.person('Hello??');
      await caller.hearEnd(2);
      await site.complete();
      expect(await site.told()).toMatchObject({ outcome: 'reached', lead: 'completed', faults: 0 });
      caller.hangUp();
      await untilEnded('model_failed');
      await site.conclude();
      expect(await site.told()).toMatchObject({
        ...NOT_TALKED_WITH,
        end_reason: 'model_failed',
        transcript: expect.stringMatching(/^Agent: Good morning\.\nPerson: Hello\?\nAgent: I am sorry/),
        is_to_be_asked: true,
      });
    });

    it('since its API died is our fault once it has had time to write it down', async () => {
      const caller = await site.ring();
      await until('the greeting is kept', async () => (await site.told())['turns'] === 1);
      await site.database.query('UPDATE conversations SET sessions = sessions + 1');
      caller.die();
      await site.complete();
      await site.conclude();
      expect(await site.told()).toMatchObject({ outcome: 'reached', is_to_be_asked: true });
      await site.concludeLater();
      expect(await site.told()).toMatchObject({
        ...NOT_TALKED_WITH,
        end_reason: 'conversation_broken_off',
        conversation: 'completed',
        is_to_be_asked: false,
      });
    });

    it('too often pauses the campaign, also where it is told late', async () => {
      await site.database.query('UPDATE campaigns SET breaker_attempts = 9, breaker_faults = 9');
      const caller = await site.ring();
      await site.complete();
      site.chat.will(refuse(401));
      caller.person('Hello?');
      await caller.hearEnd();
      caller.hangUp();
      await untilEnded('model_failed');
      await site.conclude();
      expect(await site.database.query('SELECT status, status_reason FROM campaigns')).toEqual([
        { status: 'paused', status_reason: 'circuit_breaker' },
      ]);
    });
  });

  describe('when we shut down', () => {
    it('goes on in another process, and is concluded once, when the call is over', async () => {
      site.chat.will(say('Would you like to renew?'), say('Done.'), verdict({ goal_reached: true }));
      const first = await site.ring();
      first.person('Hello?');
      await first.hearEnd();
      const leaving = site.app;
      await site.startApi();
      await leaving.close();
      expect(await first.closed).toBe(1001);
      await site.conclude();
      expect(await site.told()).toMatchObject({ session_end: 'shut_down', conversation: 'in_progress', turns: 3 });

      const second = await site.ring();
      second.person('Yes, please.');
      await second.hearEnd();
      second.hangUp();
      await untilEnded('hung_up');
      await site.complete();
      await site.conclude();
      expect(await site.told()).toMatchObject({
        outcome: 'goal_reached',
        transcript: [
          'Agent: Good morning.',
          'Person: Hello?',
          'Agent: Would you like to renew?',
          'Person: Yes, please.',
          'Agent: Done.',
        ].join('\n'),
        conversation: 'completed',
      });
      expect(site.chat.unused).toBe(0);
    });

    it('and nobody goes on with it, it is concluded at the end of the call', async () => {
      site.chat.will(say('Would you like to renew?'), verdict());
      const caller = await site.ring();
      caller.person('Hello?');
      await caller.hearEnd();
      await site.app.close();
      await site.startApi();
      await site.conclude();
      expect(await site.told()).toMatchObject({ conversation: 'in_progress', is_to_be_asked: false });
      await site.complete();
      await site.conclude();
      expect(await site.told()).toMatchObject({
        outcome: 'reached',
        summary: 'They talked.',
        conversation: 'completed',
      });
    });
  });

  it('leaves other routes as they are, but for a handshake, which comes to nothing', async () => {
    expect((await fetch(`http://127.0.0.1:${site.port}/livez`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${site.port}/api/v1/campaigns`)).status).toBe(401);
    for (const path of ['/livez', '/api/v1/campaigns', '/docs', '/nowhere']) await shakeHandsInVain(path);
  });

  /** Resolves when the connection is closed. */
  function shakeHandsInVain(path: string): Promise<void> {
    const socket = new WebSocket(`ws://127.0.0.1:${site.port}${path}`);
    return new Promise((resolve, reject) => {
      socket.on('message', () => reject(new Error('somebody speaks')));
      socket.on('unexpected-response', (_request, response) => response.resume().on('close', resolve));
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
  }
});
