import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChatError } from '#agent/chat-error.js';
import { CHAT_LIMITS, ChatModel, type ChatLimits, type ChatMessage } from '#agent/chat-model.js';
import { until } from '../../support/until.js';
import {
  answer,
  beginAnswer,
  ChatServer,
  drop,
  hangUp,
  neverAnswer,
  refuse,
  say,
  speakOnDemand,
  type ChatRequest,
} from './chat-server.js';

const QUESTION: readonly ChatMessage[] = [{ role: 'user', content: 'Hello?' }];
const SCHEMA = { type: 'object', properties: { mood: { type: 'string' } } };
const NOBODY_LEAVES = new AbortController().signal;

describe('A chat model over HTTP', () => {
  let server: ChatServer;

  beforeEach(async () => {
    server = await ChatServer.start();
  });

  afterEach(() => server.close());

  /** Longer than a large process needs to collect its garbage. */
  const OF_LONG_PATIENCE = { firstPieceMs: 60_000, nextPieceMs: 60_000, wholeAnswerMs: 60_000 };

  function model(limits: Partial<ChatLimits> = {}, apiKey: string | null = 'key'): ChatModel {
    return new ChatModel({ url: server.url, apiKey, model: 'm-1' }, { ...CHAT_LIMITS, retryPauseMs: 0, ...limits });
  }

  async function heard(from: ChatModel, signal = NOBODY_LEAVES): Promise<{ pieces: string[]; fault: string | null }> {
    const pieces: string[] = [];
    try {
      for await (const piece of from.stream(QUESTION, signal)) pieces.push(piece);
      return { pieces, fault: null };
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      return { pieces, fault: error.fault };
    }
  }

  describe('asked to speak', () => {
    it('asks in the words of the API', async () => {
      server.will(say('Hi.'));
      await heard(model());
      expect(server.requests).toEqual([
        {
          authorization: 'Bearer key',
          path: '/v1/chat/completions',
          body: { model: 'm-1', messages: QUESTION, stream: true },
        },
      ]);
    });

    it('sends no key where there is none, and takes a URL with a slash at its end', async () => {
      server.will(say('Hi.'));
      await heard(new ChatModel({ url: `${server.url}/`, apiKey: null, model: 'm-1' }));
      expect(server.requests[0]).toMatchObject({ authorization: undefined, path: '/v1/chat/completions' });
    });

    it('hands on every piece at once', async () => {
      const { reply, speech } = speakOnDemand();
      server.will(reply);
      const pieces = model().stream(QUESTION, NOBODY_LEAVES);
      const first = pieces.next();
      (await speech).say('Good ');
      expect(await first).toEqual({ value: 'Good ', done: false });
      const second = pieces.next();
      (await speech).say('morning, 早上好.');
      expect(await second).toEqual({ value: 'morning, 早上好.', done: false });
      (await speech).finish();
      expect(await pieces.next()).toEqual({ value: undefined, done: true });
    });

    it('takes an answer in one piece from a server that does not stream', async () => {
      server.will(answer('Good morning.'));
      expect(await heard(model())).toEqual({ pieces: ['Good morning.'], fault: null });
    });

    it('takes an answer as whole when it is finished, with or without [DONE]', async () => {
      const { reply, speech } = speakOnDemand();
      server.will(reply);
      const whole = heard(model());
      (await speech).say('Yes.');
      (await speech).event({ choices: [{ delta: {}, finish_reason: 'stop' }] });
      (await speech).event({ choices: [], usage: { total_tokens: 7 } });
      (await speech).endEarly();
      expect(await whole).toEqual({ pieces: ['Yes.'], fault: null });
    });
  });

  it('speaks without what it thinks aloud', async () => {
    server.will(say('<thi', 'nk>They are in', ' a hurry.</think>', 'Good ', 'morning.'));
    expect(await heard(model())).toEqual({ pieces: ['Good ', 'morning.'], fault: null });
  });

  it('takes a chunk that says there is no error for what it is', async () => {
    const { reply, speech } = speakOnDemand();
    server.will(reply);
    const whole = heard(model());
    (await speech).event({ choices: [{ delta: { content: 'Yes.' }, finish_reason: null }], error: null });
    (await speech).finish();
    expect(await whole).toEqual({ pieces: ['Yes.'], fault: null });
  });

  describe('that fails', () => {
    it.each([
      ['throttles', refuse(429)],
      ['throttles and says for how long', refuse(429, { 'retry-after': '0.01' })],
      ['throttles until a time that has passed', refuse(429, { 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' })],
      ['says nonsense about the pause', refuse(429, { 'retry-after': '-1e9' })],
      ['is overloaded', refuse(503)],
      ['drops the connection before any answer', hangUp],
    ])('once: %s, is asked once more', async (_how, failure) => {
      server.will(failure, say('Here I am.'));
      expect(await heard(model())).toEqual({ pieces: ['Here I am.'], fault: null });
      expect(server.requests).toHaveLength(2);
    });

    it.each([
      ['throttled', refuse(429)],
      ['server', refuse(500)],
      ['unreachable', hangUp],
    ])('twice is %s', async (fault, failure) => {
      server.will(failure, failure, say('Too late.'));
      expect(await heard(model())).toEqual({ pieces: [], fault });
      expect(server.requests).toHaveLength(2);
    });

    it('by refusing is not asked again', async () => {
      server.will(refuse(401), say('Too late.'));
      expect(await heard(model())).toEqual({ pieces: [], fault: 'refused' });
      expect(server.requests).toHaveLength(1);
    });

    it('is unreachable where nobody listens', async () => {
      const nobody = model();
      await server.close();
      expect(await heard(nobody)).toEqual({ pieces: [], fault: 'unreachable' });
    });

    it('in the middle is not asked again', async () => {
      server.will(drop('I was ', 'about to'), say('Too late.'));
      expect(await heard(model())).toEqual({ pieces: ['I was ', 'about to'], fault: 'broken' });
      expect(server.requests).toHaveLength(1);
    });

    it.each([
      ['ends before its answer does', { choices: [{ delta: {} }] }],
      ['reports an error in the stream', { error: { message: 'overloaded' } }],
      ['never ends its line', { choices: [{ delta: { content: 'a'.repeat(1_100_000) } }] }],
    ])('because it %s is broken', async (_how, last) => {
      const { reply, speech } = speakOnDemand();
      server.will(reply);
      const whole = heard(model());
      (await speech).say('I was');
      (await speech).event(last);
      (await speech).endEarly();
      expect(await whole).toEqual({ pieces: ['I was'], fault: 'broken' });
    });

    it.each([
      ['first', 'firstPieceMs', 0],
      ['next', 'nextPieceMs', 1],
    ])('to send its %s piece in time is given up', async (_which, limit, pieces) => {
      const { reply, speech } = speakOnDemand();
      server.will(pieces === 0 ? neverAnswer : reply);
      const whole = heard(model({ [limit]: 200 }));
      if (pieces > 0) (await speech).say('Well');
      expect(await whole).toEqual({ pieces: ['Well'].slice(0, pieces), fault: 'timeout' });
      if (pieces > 0) await (await speech).closed;
    });

    it('to come to an end in time is given up, however much it says', async () => {
      const { reply, speech } = speakOnDemand();
      server.will(reply);
      const whole = heard(model({ wholeAnswerMs: 3_000, nextPieceMs: 60_000 }));
      const talking = await speech;
      const talk = setInterval(() => talking.say('and'), 50);
      await talking.closed;
      clearInterval(talk);
      const { pieces, fault } = await whole;
      expect([fault, new Set(pieces)]).toEqual(['timeout', new Set(['and'])]);
    });
  });

  it.each(['at once', 'after garbage was collected'])(
    'that nobody listens to any more is hung up on, %s',
    async (when) => {
      const { reply, speech } = speakOnDemand();
      server.will(reply);
      const leaving = new AbortController();
      const whole = heard(model(OF_LONG_PATIENCE), leaving.signal);
      (await speech).say('It is a long ');
      if (when !== 'at once') await collectGarbage();
      leaving.abort();
      expect((await whole).fault).toBe('canceled');
      await (
        await speech
      ).closed;
    },
  );

  it('is hung up on when its listener has heard enough', async () => {
    const { reply, speech } = speakOnDemand();
    server.will(reply);
    const pieces = model().stream(QUESTION, NOBODY_LEAVES);
    const first = pieces.next();
    (await speech).say('It is a long story');
    await first;
    await pieces.return(undefined);
    await (
      await speech
    ).closed;
  });

  describe('asked a question', () => {
    it('answers in JSON by the schema', async () => {
      server.will(answer('{"mood":"good"}'));
      expect(await model().ask(QUESTION, SCHEMA, NOBODY_LEAVES)).toEqual({ mood: 'good' });
      expect(server.requests[0]?.body).toEqual({
        model: 'm-1',
        messages: QUESTION,
        response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: SCHEMA } },
      });
    });

    it('may answer in a code block, or between sentences', async () => {
      server.will(answer('Sure!\n```json\n{"mood": "good"}\n```\nAnything else?'));
      expect(await model().ask(QUESTION, SCHEMA, NOBODY_LEAVES)).toEqual({ mood: 'good' });
    });

    it('is asked for less where it does not know a schema, and at once for that from then on', async () => {
      const one = model();
      server.will(refuse(400), refuse(422), answer('{"mood":"good"}'), answer('{"mood":"bad"}'));
      expect(await one.ask(QUESTION, SCHEMA, NOBODY_LEAVES)).toEqual({ mood: 'good' });
      expect(await one.ask(QUESTION, SCHEMA, NOBODY_LEAVES)).toEqual({ mood: 'bad' });
      expect(server.requests.map(formatOf)).toEqual(['json_schema', 'json_object', undefined, undefined]);
    });

    it('is asked for a schema again after a refusal that had another cause', async () => {
      const one = model();
      server.will(refuse(400), answer('It is not that simple.'), answer('{"mood":"good"}'));
      await expect(one.ask(QUESTION, SCHEMA, NOBODY_LEAVES)).rejects.toMatchObject({ fault: 'unreadable' });
      expect(await one.ask(QUESTION, SCHEMA, NOBODY_LEAVES)).toEqual({ mood: 'good' });
      expect(server.requests.map(formatOf)).toEqual(['json_schema', 'json_object', 'json_schema']);
    });

    it('may think before it answers', async () => {
      server.will(answer('<think>{"mood":"bad"}? No.</think>{"mood":"good"}'));
      expect(await model().ask(QUESTION, SCHEMA, NOBODY_LEAVES)).toEqual({ mood: 'good' });
    });

    it.each([
      ['words', [answer('In a good mood.')], 'unreadable'],
      ['more than was asked for', [answer(`{"mood":${'['.repeat(100)}${']'.repeat(100)}}`)], 'unreadable'],
      ['something else', [say('{"mood":"good"}')], 'unreadable'],
      ['a refusal in every form', [refuse(400), refuse(400), refuse(400)], 'refused'],
      ['nothing', [hangUp, hangUp], 'unreachable'],
    ])('that answers with %s', async (_what, replies, fault) => {
      server.will(...replies);
      await expect(model().ask(QUESTION, SCHEMA, NOBODY_LEAVES)).rejects.toMatchObject({ name: 'ChatError', fault });
      expect(server.requests).toHaveLength(replies.length);
    });

    it.each([
      ['says nothing', neverAnswer],
      ['never ends its answer', beginAnswer(200)],
      ['never ends its refusal', beginAnswer(401)],
    ])('is given up where it %s, whatever garbage was collected meanwhile', async (_what, reply) => {
      server.will(reply);
      const leaving = new AbortController();
      const asked = model(OF_LONG_PATIENCE).ask(QUESTION, SCHEMA, leaving.signal);
      asked.catch(() => undefined);
      await until('it is asked', async () => server.requests.length === 1);
      await collectGarbage();
      leaving.abort();
      await expect(asked).rejects.toMatchObject({ fault: 'canceled' });
    });

    it('is given up when it takes too long', async () => {
      server.will(neverAnswer);
      const asked = model({ wholeAnswerMs: 100 }).ask(QUESTION, SCHEMA, NOBODY_LEAVES);
      await expect(asked).rejects.toMatchObject({ fault: 'timeout' });
    });
  });
});

/** More than once, with time for what is done once something was. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let times = 0; times < 10; times++) {
    collect();
    await pause(20);
  }
}

function formatOf({ body }: ChatRequest): string | undefined {
  return body.response_format?.type;
}
