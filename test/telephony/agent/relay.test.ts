import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { phrasesIn } from '#agent/phrases.js';
import { until } from '../../support/until.js';
import { drop, neverAnswer, refuse, say, speakOnDemand } from './chat-server.js';
import { GREETING, RelayStage } from './relay-stage.js';
import { CALL_SID, signatureOf, TwilioCaller } from './twilio-caller.js';

const PHRASES = phrasesIn(null);

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

  /** Opens the stage again with other settings than those of the other tests. */
  async function reopen(...settings: Parameters<typeof RelayStage.set>): Promise<void> {
    await stage.strike();
    await open(...settings);
  }

  it('is held, and kept as it goes until its end', async () => {
    stage.chat.will(say('Would you ', 'like to renew?'), say('Done. Goodbye. [hang up]'));
    const caller = await stage.ring(jobId);
    await stage.untilSaid(`agent: ${GREETING}`);
    stage.clock.advance(3_000);
    caller.person('Hello?');
    await caller.hearEnd();
    expect(caller.spoken).toBe('Would you like to renew?');
    await stage.untilSaid(`agent: ${GREETING}`, 'person: Hello?', 'agent: Would you like to renew?');
    expect(stage.ledger.kept.every(({ end }) => end === null)).toBe(true);
    caller.person('Yes, please.');
    await caller.hearEnd(2);
    stage.clock.advance(5_000);
    await until('the call is ended', async () => caller.messages.some(({ type }) => type === 'end'));
    expect(caller.messages.at(-1)).toEqual({ type: 'end', handoffData: '{"reason":"agent_hung_up"}' });
    caller.hangUp();
    expect(await stage.ended()).toEqual({
      dialerJobId: jobId,
      session: 1,
      turns: [
        { role: 'agent', text: GREETING, seconds_from_start: 0 },
        { role: 'person', text: 'Hello?', seconds_from_start: 3 },
        { role: 'agent', text: 'Would you like to renew?', seconds_from_start: 3 },
        { role: 'person', text: 'Yes, please.', seconds_from_start: 3 },
        { role: 'agent', text: 'Done. Goodbye.', seconds_from_start: 3 },
      ],
      hasAnswered: true,
      end: 'agent_hung_up',
    });
    expect(stage.chat.requests).toHaveLength(2);
  });

  it('hangs up when Twilio says that the last words have been heard', async () => {
    stage.chat.will(say('Goodbye. [hang up]'));
    const caller = await stage.ring(jobId);
    caller.person('No, thank you.');
    await caller.hearEnd();
    caller.tell({ type: 'info', name: 'agentSpeaking', value: 'on', ts: 1752091234567 });
    await caller.untilReceived();
    stage.clock.advance(60_000);
    caller.tell({ type: 'info', name: 'agentSpeaking', value: 'off', ts: 1752091294567 });
    await caller.untilReceived();
    expect(caller.messages.some(({ type }) => type === 'end')).toBe(false);
    stage.clock.advance(1_500);
    await until('the call is ended', async () => caller.messages.at(-1)?.type === 'end');
  });

  it('speaks the language of its campaign, where the model does not as well', async () => {
    stage.knows(jobId, { language: 'de-DE' });
    stage.chat.will(refuse(401));
    const caller = await stage.ring(jobId);
    caller.person('Hallo?');
    await caller.hear(phrasesIn('de').apology);
    expect(stage.chat.requests[0]?.body.messages[0]?.content).toContain('Speak German (Germany).');
  });

  it('ends, and is closed as against the rules, once more is said than a conversation holds', async () => {
    const turns = Array.from({ length: 499 }, (_, n) => ({
      role: 'agent' as const,
      text: `turn ${n}`,
      seconds_from_start: 0,
    }));
    stage.ledger.kept.push({ dialerJobId: jobId, session: 1, turns, hasAnswered: true, end: null });
    const caller = await stage.ring(jobId);
    caller.person('x'.repeat(50_000));
    caller.person('One more.');
    expect(await caller.closed).toBe(1008);
    const ended = await stage.ended();
    expect(ended).toMatchObject({ end: 'too_long' });
    expect(ended.turns).toHaveLength(500);
    expect(ended.turns.at(-1)?.text).toHaveLength(4_000);
    expect(caller.messages.at(-1)).toEqual({ type: 'end', handoffData: '{"reason":"too_long"}' });
  });

  it('takes keys that are pressed without a pause a hundred at a time', async () => {
    const caller = await stage.ring(jobId);
    for (let n = 0; n < 200; n++) caller.tell({ type: 'dtmf', digit: '1' });
    const pressed = () => stage.said.flatMap((said) => /pressed (1+)/.exec(said)?.[1]?.length ?? []);
    await until('all have been taken', async () => pressed().reduce((sum, keys) => sum + keys, 0) === 200);
    expect(pressed()).toEqual([100, 100]);
  });

  describe('whose connection breaks', () => {
    it('is not over, and goes on in another session where it was', async () => {
      stage.chat.will(say('Would you like to renew?'), say('Done.'));
      const first = await stage.ring(jobId);
      first.person('Hello?');
      await first.hearEnd();
      first.die();
      expect(await stage.ended()).toMatchObject({ session: 1, end: 'lost' });
      const second = await stage.ring(jobId);
      second.person('Are you there? Yes, please.');
      await second.hearEnd();
      expect(second.spoken).toBe('Done.');
      await stage.untilSaid(
        `agent: ${GREETING}`,
        'person: Hello?',
        'agent: Would you like to renew?',
        'person: Are you there? Yes, please.',
        'agent: Done.',
      );
      expect(stage.ledger.kept.at(-1)).toMatchObject({ session: 2, end: null });
      expect(stage.chat.requests.at(-1)?.body.messages).toContainEqual({
        role: 'assistant',
        content: 'Would you like to renew?',
      });
    });

    it('before an answer came is answered in the next session', async () => {
      const { reply, speech } = speakOnDemand();
      stage.chat.will(reply, say('Ada, of Example Voice.'));
      const first = await stage.ring(jobId);
      first.person('Who is it?');
      await speech;
      first.die();
      await stage.ended();
      const second = await stage.ring(jobId);
      await second.hear('Ada, of Example Voice.');
    });

    it('waits for what is being written down of the session before', async () => {
      stage.chat.will(say('Yes?'));
      const first = await stage.ring(jobId);
      await stage.untilSaid(`agent: ${GREETING}`);
      stage.ledger.failures = 1;
      first.die();
      await until('a write has failed', async () => stage.ledger.failed === 1);
      const second = stage.ring(jobId);
      stage.clock.advance(500);
      (await second).person('Hello?');
      await stage.untilSaid(`agent: ${GREETING}`, 'person: Hello?', 'agent: Yes?');
      expect(stage.ledger.kept.map(({ session }) => session)).toContain(2);
    });
  });

  describe('of which Twilio says', () => {
    it('that it is another call is refused', async () => {
      stage.knows(jobId, { callSid: 'CA00000000000000000000000000000000' });
      const caller = await stage.ring(jobId);
      expect(await caller.closed).toBe(1008);
      expect(await stage.ended()).toMatchObject({ end: 'lost', hasAnswered: false });
      expect(stage.chat.requests).toEqual([]);
    });

    it('that it is the one we know of is held', async () => {
      stage.knows(jobId, { callSid: CALL_SID });
      stage.chat.will(say('Yes?'));
      const caller = await stage.ring(jobId);
      caller.person('Hello?');
      await caller.hear('Yes?');
    });
  });

  it('is cut short where the person interrupts', async () => {
    const { reply, speech } = speakOnDemand();
    stage.chat.will(reply, say('As you wish.'));
    const caller = await stage.ring(jobId);
    caller.person('Hello?');
    (await speech).say('I am calling about your plan, ');
    await caller.hear('I am calling about your plan, ');
    caller.tell({ type: 'interrupt', utteranceUntilInterrupt: 'I am calling', durationUntilInterruptMs: '900' });
    await (
      await speech
    ).closed;
    await stage.untilSaid(`agent: ${GREETING}`, 'person: Hello?', 'agent: I am calling');
    caller.person('Not now.');
    await caller.hear('As you wish.');
    expect(stage.chat.requests.at(-1)?.body.messages.slice(-2)).toEqual([
      { role: 'assistant', content: 'I am calling' },
      { role: 'user', content: 'Not now.' },
    ]);
  });

  it('answers only the later of two questions, and hangs up on the model about the first', async () => {
    const { reply, speech } = speakOnDemand();
    stage.chat.will(reply, say('Ada, of Example Voice.'));
    const caller = await stage.ring(jobId);
    caller.person('Hello?');
    (await speech).say('I am');
    await caller.hear('I am');
    caller.person('Who is it?');
    await (
      await speech
    ).closed;
    await caller.hear('Ada, of Example Voice.');
    expect(caller.spoken).toBe('I amAda, of Example Voice.');
  });

  it('takes keys for an answer', async () => {
    stage.chat.will(say('One it is.'));
    const caller = await stage.ring(jobId);
    for (const digit of ['1', '2', '#']) caller.tell({ type: 'dtmf', digit });
    await caller.hear('One it is.');
    await stage.untilSaid(`agent: ${GREETING}`, 'person: (pressed 12#)', 'agent: One it is.');
    expect(stage.chat.requests).toHaveLength(1);
  });

  it('passes over what it does not understand', async () => {
    stage.chat.will(say('Yes?'));
    const caller = await stage.ring(jobId);
    for (const noise of ['', 'hello', '[]', 'null', '{"type":"info"}', '{"type":"prompt"}']) caller.tellRaw(noise);
    caller.tellRaw(Buffer.from([0, 255, 1]));
    caller.tell({ type: 'error', description: 'Invalid message received: {"type":"text"}' });
    caller.person('Hello?');
    await caller.hear('Yes?');
    expect(stage.chat.requests).toHaveLength(1);
  });

  describe('with a model in trouble', () => {
    it('does not notice where the model only wants to be asked again', async () => {
      stage.chat.will(refuse(429), say('Here I am.'));
      const caller = await stage.ring(jobId);
      caller.person('Hello?');
      await caller.hearEnd();
      expect(caller.spoken).toBe('Here I am.');
    });

    it('apologizes when it is lost in the middle', async () => {
      stage.chat.will(drop('I am call', 'ing'));
      const caller = await stage.ring(jobId);
      caller.person('Hello?');
      await caller.hearEnd(2);
      expect(caller.spoken).toBe(`I am calling${PHRASES.apology}`);
      await stage.untilSaid(`agent: ${GREETING}`, 'person: Hello?', 'agent: I am calling', `agent: ${PHRASES.apology}`);
    });

    it('hangs up when it does not answer at all, and has it written down that nobody was talked with', async () => {
      await reopen({ firstPieceMs: 50, wholeAnswerMs: 100 });
      stage.chat.will(neverAnswer, neverAnswer);
      const caller = await stage.ring(jobId);
      caller.person('Hello?');
      await caller.hear(PHRASES.apology);
      caller.person('Hello??');
      await caller.hear(PHRASES.farewell);
      stage.clock.advance(10_000);
      await until('the call is ended', async () => caller.messages.at(-1)?.type === 'end');
      expect(caller.messages.at(-1)?.handoffData).toBe('{"reason":"model_failed"}');
      stage.clock.advance(5_000);
      expect(await caller.closed).toBe(1005);
      expect(await stage.ended()).toMatchObject({ end: 'model_failed', hasAnswered: false });
    });

    it('has not talked with a person who hangs up on its apology either', async () => {
      stage.chat.will(refuse(401));
      const caller = await stage.ring(jobId);
      caller.person('Hello?');
      await caller.hear(PHRASES.apology);
      caller.hangUp();
      expect(await stage.ended()).toMatchObject({ end: 'model_failed', hasAnswered: false });
    });

    it('is not to blame where the person hangs up on the greeting', async () => {
      const caller = await stage.ring(jobId);
      await stage.untilSaid(`agent: ${GREETING}`);
      caller.hangUp();
      expect(await stage.ended()).toMatchObject({ end: 'hung_up', hasAnswered: false });
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

    it('and a forged one leaves a line in the log, with the address', async () => {
      const spy = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
      await stage.knock({ jobId }, { 'x-twilio-signature': signatureOf({ jobId, authToken: 'another token' }) });
      const warnings = spy.mock.calls.map(([warning]) => warning as unknown);
      spy.mockRestore();
      expect(warnings).toMatchObject([{ attack: 'forged_webhook', address: '127.0.0.1' }]);
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
      expect(await stage.knock({ jobId })).toBeInstanceOf(TwilioCaller);
    });

    it('while there is room, and again when there is', async () => {
      await reopen({}, 1);
      const caller = await stage.ring(jobId);
      const other = randomUUID();
      stage.knows(other);
      expect(await stage.knock({ jobId: other })).toBe(503);
      caller.hangUp();
      await stage.ended();
      await until('there is room', async () => (await stage.knock({ jobId: other })) instanceof TwilioCaller);
    });

    it('for one of two that come at once', async () => {
      const callers = await Promise.all([stage.knock({ jobId }), stage.knock({ jobId })]);
      const codes = callers.map(async (caller) => (typeof caller === 'number' ? caller : caller.closed));
      expect([409, 1013]).toContain(await Promise.race(codes));
    });
  });

  it('lets an operator know what is wrong with the model, but not that a person interrupted it', async () => {
    const logged: unknown[][] = [];
    const note = (...parts: unknown[]) => void logged.push(parts);
    Logger.overrideLogger({ log: () => undefined, warn: note, error: note });
    const { reply, speech } = speakOnDemand();
    stage.chat.will(reply, refuse(401));
    const caller = await stage.ring(jobId);
    caller.person('Hello?');
    (await speech).say('I am');
    await caller.hear('I am');
    caller.person('Who is it?');
    await caller.hear(PHRASES.apology);
    caller.hangUp();
    await stage.ended();
    const err = expect.objectContaining({ name: 'ChatError', message: 'HTTP 401 refused' });
    expect(logged).toEqual([['Language model failed in a call', { dialer_job_id: jobId, err }, 'Relay']]);
  });

  describe('ends, and is kept,', () => {
    it('when a message is too long', async () => {
      const caller = await stage.ring(jobId);
      caller.person('a'.repeat(70_000));
      expect(await caller.closed).toBe(1009);
      expect(await stage.ended()).toMatchObject({ turns: [{ text: GREETING }], end: 'lost' });
      expect(stage.chat.requests).toEqual([]);
    });

    it('when the line goes dead in the middle of an answer', async () => {
      const { reply, speech } = speakOnDemand();
      stage.chat.will(reply);
      const caller = await stage.ring(jobId);
      caller.person('Hello?');
      (await speech).say('I am');
      await caller.hear('I am');
      caller.die();
      await (
        await speech
      ).closed;
      expect(await stage.ended()).toMatchObject({ turns: [{}, {}, { text: 'I am' }], end: 'lost' });
    });

    it('when it has lasted as long as it may', async () => {
      stage.knows(jobId, { longestCallSeconds: 60 });
      const caller = await stage.ring(jobId);
      caller.tell({ type: 'dtmf', digit: '#' });
      await until('the key is kept', async () => stage.said.includes('person: (pressed #)'));
      stage.clock.advance(60_000);
      await until('the call is ended', async () => caller.messages.at(-1)?.type === 'end');
      expect(caller.messages.at(-1)?.handoffData).toBe('{"reason":"longest_call"}');
    });

    it('when we shut down: what was said is there before Twilio may go on with another process', async () => {
      stage.chat.will(say('Yes?'));
      const caller = await stage.ring(jobId);
      caller.person('Hello?');
      await caller.hearEnd();
      await stage.shutDown();
      expect(await caller.closed).toBe(1001);
      expect(await stage.ended()).toMatchObject({ turns: [{}, {}, { text: 'Yes?' }], end: 'shut_down' });
    });

    it('when we shut down and Twilio does not answer: nobody else is let in meanwhile', async () => {
      const { reply, speech } = speakOnDemand();
      stage.chat.will(reply);
      const caller = await stage.ring(jobId);
      caller.person('Hello?');
      (await speech).say('I am');
      await caller.hear('I am');
      caller.freeze();
      const closed = stage.shutDown();
      await (
        await speech
      ).closed;
      const other = randomUUID();
      stage.knows(other);
      expect(await stage.knock({ jobId: other })).toBe(503);
      stage.clock.advance(5_000);
      await closed;
      expect(await stage.ended()).toMatchObject({ end: 'shut_down', hasAnswered: true });
    });
  });

  describe('with a database that is away for a while', () => {
    it('goes on, and is kept with its next turn', async () => {
      const caller = await stage.ring(jobId);
      await stage.untilSaid(`agent: ${GREETING}`);
      stage.ledger.failures = 1;
      stage.chat.will(say('Yes?'));
      caller.person('Hello?');
      await stage.untilSaid(`agent: ${GREETING}`, 'person: Hello?', 'agent: Yes?');
      expect(stage.ledger.failed).toBe(1);
    });

    it('is written down when the database is back', async () => {
      const caller = await stage.ring(jobId);
      await stage.untilSaid(`agent: ${GREETING}`);
      stage.ledger.failures = 4;
      caller.hangUp();
      await until('the write has failed', async () => {
        stage.clock.advance(500);
        return stage.ledger.failed === 4;
      });
      await until('it is written', async () => {
        stage.clock.advance(500);
        return stage.ledger.kept.at(-1)?.end === 'hung_up';
      });
    });
  });
});
