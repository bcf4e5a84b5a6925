import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PHRASES } from '#agent/relay-session.js';
import { until } from '../../harness/until.js';
import { answer, drop, neverAnswer, refuse, say, speakOnDemand } from './chat-server.js';
import { GREETING, RelayStage, STARTED_AT } from './relay-stage.js';
import { signatureOf, TwilioLine } from './twilio-line.js';

const NOTHING = { summary: 'They talked.', opt_out: false, goal_reached: false, callback_requested_at: null };

describe('A conversation over ConversationRelay', () => {
  let stage: RelayStage;
  let jobId: string;

  beforeEach(() => open());
  afterEach(() => stage.strike());

  async function open(...settings: Parameters<typeof RelayStage.set>): Promise<void> {
    stage = await RelayStage.set(...settings);
    jobId = randomUUID();
    stage.knows(jobId);
  }

  /** With other settings than those of the other tests. */
  async function reopen(...settings: Parameters<typeof RelayStage.set>): Promise<void> {
    await stage.strike();
    await open(...settings);
  }

  it('is held, kept as it goes, and concluded', async () => {
    stage.chat.will(
      say('Would you ', 'like to renew?'),
      say('Done. Goodbye. [hang up]'),
      answer(JSON.stringify({ ...NOTHING, goal_reached: true })),
    );
    const line = await stage.ring(jobId);
    await stage.untilSaid(`agent: ${GREETING}`);
    stage.clock.advance(3_000);
    line.person('Hello?');
    await line.hearEnd();
    expect(line.spoken).toBe('Would you like to renew?');
    await stage.untilSaid(`agent: ${GREETING}`, 'person: Hello?', 'agent: Would you like to renew?');
    expect(stage.ledger.kept.some(({ isOver }) => isOver)).toBe(false);
    line.person('Yes, please.');
    await line.hearEnd(2);
    stage.clock.advance(5_000);
    await until('the call is ended', async () => line.messages.some(({ type }) => type === 'end'));
    expect(line.messages.at(-1)).toEqual({ type: 'end', handoffData: '{"reason":"agent_hung_up"}' });
    line.hangUp();
    const turns = [
      { role: 'agent', text: GREETING, seconds_from_start: 0 },
      { role: 'person', text: 'Hello?', seconds_from_start: 3 },
      { role: 'agent', text: 'Would you like to renew?', seconds_from_start: 3 },
      { role: 'person', text: 'Yes, please.', seconds_from_start: 3 },
      { role: 'agent', text: 'Done. Goodbye.', seconds_from_start: 3 },
    ];
    expect(await stage.conclusion()).toEqual({
      eventKey: 'relay:VX0123456789abcdef',
      dialerJobId: jobId,
      providerCallId: 'CA0123456789abcdef',
      occurredAt: new Date(STARTED_AT.getTime() + 8_000),
      messages: turns,
      transcript: turns.map(({ role, text }) => `${role === 'agent' ? 'Agent' : 'Person'}: ${text}`).join('\n'),
      summary: 'They talked.',
      outcome: 'goal_reached',
    });
    await until('all is kept', async () => stage.ledger.kept.at(-1)?.isOver);
    expect(stage.ledger.kept.at(-1)).toEqual({ turns, isOver: true });
    expect(stage.chat.requests).toHaveLength(3);
  });

  it('of somebody who does not want to be called ends as an opt-out', async () => {
    stage.chat.will(
      say('I will see to that.'),
      answer(JSON.stringify({ ...NOTHING, opt_out: true, goal_reached: true })),
    );
    const line = await stage.ring(jobId);
    line.person('Never call me again.');
    await line.hearEnd();
    line.hangUp();
    expect(await stage.conclusion()).toMatchObject({ outcome: 'opt_out', summary: 'They talked.' });
  });

  it('knows when the person wants to be called again, by their clock', async () => {
    stage.knows(jobId, { timeZone: 'America/New_York' });
    stage.chat.will(say('I will.'), answer(JSON.stringify({ ...NOTHING, callback_requested_at: '2026-03-03T15:00' })));
    const line = await stage.ring(jobId);
    line.person('Call me tomorrow at three.');
    await line.hearEnd();
    line.hangUp();
    expect(await stage.conclusion()).toMatchObject({
      outcome: 'callback_requested',
      callbackAt: new Date('2026-03-03T20:00:00.000Z'),
    });
  });

  it('is cut short where the person interrupts', async () => {
    const { reply, speech } = speakOnDemand();
    stage.chat.will(reply, say('As you wish.'));
    const line = await stage.ring(jobId);
    line.person('Hello?');
    (await speech).say('I am calling about your plan, ');
    await line.hear('I am calling about your plan, ');
    line.tell({ type: 'interrupt', utteranceUntilInterrupt: 'I am calling', durationUntilInterruptMs: '900' });
    await (
      await speech
    ).closed;
    await stage.untilSaid(`agent: ${GREETING}`, 'person: Hello?', 'agent: I am calling');
    line.person('Not now.');
    await line.hear('As you wish.');
    expect(stage.chat.requests.at(-1)?.body.messages.slice(-2)).toEqual([
      { role: 'assistant', content: 'I am calling' },
      { role: 'user', content: 'Not now.' },
    ]);
  });

  it('answers only the later of two questions, and hangs up on the model about the first', async () => {
    const { reply, speech } = speakOnDemand();
    stage.chat.will(reply, say('Ada, of Example Voice.'));
    const line = await stage.ring(jobId);
    line.person('Hello?');
    (await speech).say('I am');
    await line.hear('I am');
    line.person('Who is it?');
    await (
      await speech
    ).closed;
    await line.hear('Ada, of Example Voice.');
    expect(line.spoken).toBe('I amAda, of Example Voice.');
  });

  it('takes keys for an answer', async () => {
    stage.chat.will(say('One it is.'));
    const line = await stage.ring(jobId);
    line.tell({ type: 'dtmf', digit: '1' });
    await line.hear('One it is.');
    await stage.untilSaid(`agent: ${GREETING}`, 'person: pressed 1', 'agent: One it is.');
  });

  it('passes over what it does not understand', async () => {
    stage.chat.will(say('Yes?'));
    const line = await stage.ring(jobId);
    for (const noise of ['', 'hello', '[]', 'null', '{"type":"info"}', '{"type":"prompt"}']) line.tellRaw(noise);
    line.tellRaw(Buffer.from([0, 255, 1]));
    line.tell({ type: 'error', description: 'Invalid message received: {"type":"text"}' });
    line.person('Hello?');
    await line.hear('Yes?');
    expect(stage.chat.requests).toHaveLength(1);
  });

  describe('with a model in trouble', () => {
    it('does not notice where the model only wants to be asked again', async () => {
      stage.chat.will(refuse(429), say('Here I am.'));
      const line = await stage.ring(jobId);
      line.person('Hello?');
      await line.hearEnd();
      expect(line.spoken).toBe('Here I am.');
    });

    it('apologizes when it is lost in the middle', async () => {
      stage.chat.will(drop('I am call', 'ing'));
      const line = await stage.ring(jobId);
      line.person('Hello?');
      await line.hearEnd(2);
      expect(line.spoken).toBe(`I am calling${PHRASES.apology}`);
      await stage.untilSaid(`agent: ${GREETING}`, 'person: Hello?', 'agent: I am calling', `agent: ${PHRASES.apology}`);
    });

    it('hangs up when it does not answer at all, and then tells the transcript and no more', async () => {
      await reopen({ firstPieceMs: 50, wholeAnswerMs: 100 });
      stage.chat.will(neverAnswer, neverAnswer, neverAnswer);
      const line = await stage.ring(jobId);
      line.person('Hello?');
      await line.hear(PHRASES.apology);
      line.person('Hello??');
      await line.hear(PHRASES.farewell);
      stage.clock.advance(10_000);
      await until('the call is ended', async () => line.messages.at(-1)?.type === 'end');
      expect(line.messages.at(-1)?.handoffData).toBe('{"reason":"model_failed"}');
      stage.clock.advance(5_000);
      expect(await line.closed).toBe(1005);
      const conclusion = await stage.conclusion();
      expect(conclusion.transcript).toMatch(/^Agent: Good morning.*\nPerson: Hello\?\nAgent: I am sorry/);
      expect(conclusion).not.toHaveProperty('summary');
      expect(conclusion).not.toHaveProperty('outcome');
    });
  });

  describe('begins only', () => {
    it.each([
      ['a wrong token', () => ({ authToken: 'another token' })],
      ['the signature of another call', () => ({ signedUrl: `wss://dialer.example.com/relay/${randomUUID()}` })],
      [
        'the signature for plain HTTPS',
        () => ({ signedUrl: `https://dialer.example.com/api/v1/telephony/twilio/relay/${jobId}` }),
      ],
    ])('with the signature of Twilio, not with %s', async (_what, forged) => {
      const headers = { 'x-twilio-signature': signatureOf({ jobId, ...forged() }) };
      expect(await stage.knock({ jobId }, headers)).toBe(403);
      expect(await stage.knock({ jobId }, {})).toBe(403);
    });

    it('as a websocket', async () => {
      const path = `http://127.0.0.1:${stage.port}/api/v1/telephony/twilio/relay/${jobId}`;
      expect((await fetch(path)).status).toBe(403);
      expect((await fetch(path, { headers: { 'x-twilio-signature': signatureOf({ jobId }) } })).status).toBe(404);
    });

    it('for a call that is on the line', async () => {
      expect(await stage.knock({ jobId: randomUUID() })).toBe(404);
      expect(await stage.knock({ jobId: 'no-job' })).toBe(404);
    });

    it('once for a call', async () => {
      await stage.ring(jobId);
      expect(await stage.knock({ jobId })).toBe(409);
    });

    it('while the call can be looked up', async () => {
      stage.ledger.failures = 1;
      expect(await stage.knock({ jobId })).toBe(503);
      expect(await stage.knock({ jobId })).toBeInstanceOf(TwilioLine);
    });

    it('while there is room, and again when there is', async () => {
      await reopen({}, 1);
      const line = await stage.ring(jobId);
      const other = randomUUID();
      stage.knows(other);
      expect(await stage.knock({ jobId: other })).toBe(503);
      line.hangUp();
      await stage.conclusion();
      await until('there is room', async () => (await stage.knock({ jobId: other })) instanceof TwilioLine);
    });

    it('for one of two that come at once', async () => {
      const lines = await Promise.all([stage.knock({ jobId }), stage.knock({ jobId })]);
      const codes = lines.map(async (line) => (typeof line === 'number' ? line : line.closed));
      expect([409, 1013]).toContain(await Promise.race(codes));
    });
  });

  it('lets an operator know what is wrong with the model, but not that a person interrupted it', async () => {
    const logged: string[] = [];
    const note = (...parts: unknown[]) => void logged.push(parts.join(' '));
    Logger.overrideLogger({ log: () => undefined, warn: note, error: note });
    const { reply, speech } = speakOnDemand();
    stage.chat.will(reply, refuse(401), refuse(401));
    const line = await stage.ring(jobId);
    line.person('Hello?');
    (await speech).say('I am');
    await line.hear('I am');
    line.person('Who is it?');
    await line.hear(PHRASES.apology);
    line.hangUp();
    await stage.conclusion();
    expect(logged).toHaveLength(2);
    expect(logged[0]).toMatch(/^The model, in the call of dialer job .*: ChatError: HTTP 401 refused Relay$/);
  });

  describe('ends, and is kept,', () => {
    it('when a message is too long', async () => {
      const line = await stage.ring(jobId);
      line.person('a'.repeat(70_000));
      expect(await line.closed).toBe(1009);
      expect(await stage.conclusion()).toMatchObject({ transcript: `Agent: ${GREETING}` });
      expect(stage.chat.requests).toEqual([]);
    });

    it('when the line goes dead in the middle of an answer', async () => {
      const { reply, speech } = speakOnDemand();
      stage.chat.will(reply, answer(JSON.stringify(NOTHING)));
      const line = await stage.ring(jobId);
      line.person('Hello?');
      (await speech).say('I am');
      await line.hear('I am');
      line.die();
      await (
        await speech
      ).closed;
      expect((await stage.conclusion()).transcript).toBe(`Agent: ${GREETING}\nPerson: Hello?\nAgent: I am`);
    });

    it('when it has lasted as long as it may', async () => {
      stage.knows(jobId, { longestCallSeconds: 60 });
      const line = await stage.ring(jobId);
      line.tell({ type: 'dtmf', digit: '1' });
      await until('the key is kept', async () => stage.said.includes('person: pressed 1'));
      stage.clock.advance(60_000);
      await until('the call is ended', async () => line.messages.at(-1)?.type === 'end');
      expect(line.messages.at(-1)?.handoffData).toBe('{"reason":"longest_call"}');
    });

    it('when we shut down', async () => {
      stage.chat.will(say('Yes?'), answer(JSON.stringify(NOTHING)));
      const line = await stage.ring(jobId);
      line.person('Hello?');
      await line.hearEnd();
      await stage.shutDown();
      expect(await line.closed).toBe(1001);
      expect(stage.ledger.concluded).toMatchObject([{ summary: 'They talked.' }]);
      expect(stage.ledger.kept.at(-1)?.isOver).toBe(true);
    });

    it('when we shut down and neither Twilio nor the model answers', async () => {
      stage.chat.will(say('Yes?'), neverAnswer);
      const line = await stage.ring(jobId);
      line.person('Hello?');
      await line.hearEnd();
      const closed = stage.shutDown();
      await until('the model is asked', async () => stage.chat.requests.length === 2);
      stage.clock.advance(5_000);
      await closed;
      expect(stage.ledger.concluded).toMatchObject([{ transcript: expect.stringContaining('Agent: Yes?') }]);
    });
  });

  describe('with a database that is away for a while', () => {
    it('goes on, and is kept with its next turn', async () => {
      const line = await stage.ring(jobId);
      await stage.untilSaid(`agent: ${GREETING}`);
      stage.ledger.failures = 1;
      stage.chat.will(say('Yes?'));
      line.person('Hello?');
      await stage.untilSaid(`agent: ${GREETING}`, 'person: Hello?', 'agent: Yes?');
      expect(stage.ledger.failed).toBe(1);
    });

    it('is written down when the database is back', async () => {
      const line = await stage.ring(jobId);
      await stage.untilSaid(`agent: ${GREETING}`);
      stage.ledger.failures = 4;
      line.hangUp();
      await until('both writes have failed twice', async () => {
        stage.clock.advance(500);
        return stage.ledger.failed === 4;
      });
      await until('both are written', async () => {
        stage.clock.advance(500);
        return stage.ledger.concluded.length === 1 && stage.ledger.kept.at(-1)?.isOver;
      });
    });
  });
});
