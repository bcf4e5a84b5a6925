import { beforeEach, describe, expect, it } from 'vitest';
import type { ConversationTurn } from '#rules/call/call-report.js';
import { ManualClock } from './manual-clock.fixture.js';
import { phrasesIn } from './phrases.js';
import type { AgentMessage } from './relay-protocol.js';
import { RelaySession, type SessionTerms } from './relay-session.js';
import { ScriptedSpeaker, settled } from './scripted-speaker.fixture.js';

const STARTED_AT = new Date('2026-03-02T10:00:00.000Z');
const GREETING = 'Good morning, this is Example Voice.';
const A_MINUTE_MS = 60_000;
const PHRASES = phrasesIn(null);

describe('A conversation', () => {
  let clock: ManualClock;
  let speaker: ScriptedSpeaker;
  let sent: AgentMessage[];
  let kept: (readonly ConversationTurn[])[];
  let session: RelaySession;

  beforeEach(() => begin());

  function begin(terms: Partial<SessionTerms> = {}): void {
    clock = new ManualClock(STARTED_AT.getTime());
    speaker = new ScriptedSpeaker();
    sent = [];
    kept = [];
    session = new RelaySession(
      {
        systemPrompt: 'Ask whether they want to renew.',
        firstMessage: GREETING,
        firstWords: null,
        startedAt: STARTED_AT,
        silenceSeconds: 10,
        longestCallSeconds: 600,
        language: null,
        earlierTurns: [],
        ...terms,
      },
      { speaker, clock },
      { send: (message) => sent.push(message), turnsChanged: (turns) => kept.push(turns) },
    );
    session.start();
  }

  function person(text: string): void {
    session.hear({ type: 'prompt', text, isLast: true });
  }

  const said = () => session.turns.map(({ role, text }) => `${role}: ${text}`);
  const spoken = () => sent.flatMap((message) => (message.type === 'text' ? [message.token] : [])).join('');
  const ending = () => sent.find((message) => message.type === 'end');

  describe('begins', () => {
    it('a conversation begins with the greeting that Twilio speaks, as the first turn', () => {
      expect(kept).toEqual([[{ role: 'agent', text: GREETING, seconds_from_start: 0 }]]);
      expect(sent).toEqual([]);
    });

    it('a conversation without a greeting begins with the person', async () => {
      begin({ firstMessage: ' ' });
      person('Hello?');
      expect(said()).toEqual(['person: Hello?']);
      expect(speaker.answer.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    });

    it('a conversation begins at the second at which the session joins', () => {
      clock.advance(2_340);
      person('Hello?');
      expect(session.turns.at(-1)?.seconds_from_start).toBe(2.3);
    });
  });

  describe('with interrupted first words', () => {
    const WORDS = 'This is an automated call. This call is recorded.';
    const again = { type: 'text', token: WORDS, last: true, interruptible: false };
    const beginWithWords = (terms: Partial<SessionTerms> = {}) =>
      begin({ firstWords: WORDS, firstMessage: `${WORDS} ${GREETING}`, ...terms });

    it('the agent repeats interrupted first words to their end, before anything else', async () => {
      beginWithWords();
      session.hear({ type: 'interrupt', heard: 'This is an automated call.' });
      expect(sent).toEqual([again]);
      person('Who is this?');
      await speaker.answer.say('Example Voice.');
      expect(sent.slice(1)).toEqual([{ type: 'text', token: 'Example Voice.', last: false }]);
      expect(said()).toEqual([
        'agent: This is an automated call.',
        `agent: ${WORDS}`,
        'person: Who is this?',
        'agent: Example Voice.',
      ]);
    });

    it('the agent repeats interrupted first words in the next session of the call', () => {
      const cut = [{ role: 'agent', text: 'This is an', seconds_from_start: 0 }] as const;
      beginWithWords({ earlierTurns: cut });
      expect(sent).toEqual([again]);
    });

    it('the agent does not repeat first words that were heard', () => {
      beginWithWords();
      session.hear({ type: 'interrupt', heard: `${WORDS} Good` });
      expect(said()).toEqual([`agent: ${WORDS} Good`]);
      person('Hello?');
      session.hear({ type: 'interrupt', heard: '' });
      beginWithWords({ earlierTurns: [{ role: 'agent', text: `${WORDS} Good`, seconds_from_start: 0 }] });
      expect(sent).toEqual([]);
    });
  });

  describe('answers', () => {
    it('the agent answers piece by piece, and the log gets the turn when it is complete', async () => {
      person('Hello?');
      await speaker.answer.say('Would you ', 'like to renew?');
      expect(sent).toEqual([
        { type: 'text', token: 'Would you ', last: false },
        { type: 'text', token: 'like to renew?', last: false },
      ]);
      expect(kept.at(-1)).toHaveLength(2);
      await speaker.answer.finish();
      expect(sent.at(-1)).toEqual({ type: 'text', token: '', last: true });
      expect(kept.at(-1)?.at(-1)).toMatchObject({ role: 'agent', text: 'Would you like to renew?' });
    });

    it('the model knows what was said before', async () => {
      person('Hello?');
      await speaker.answer.finish('Would you like to renew?');
      person('Renew what?');
      expect(speaker.answer.messages.slice(1)).toEqual([
        { role: 'user', content: '(The person has picked up.)' },
        { role: 'assistant', content: GREETING },
        { role: 'user', content: 'Hello?' },
        { role: 'assistant', content: 'Would you like to renew?' },
        { role: 'user', content: 'Renew what?' },
      ]);
      expect(speaker.answer.messages[0]?.content).toMatch(/^Ask whether they want to renew\.\n\n/);
    });

    it('the agent answers pressed keys once they are complete', () => {
      for (const digit of ['4', '7', '1', '1']) {
        session.hear({ type: 'dtmf', digit });
        clock.advance(1_400);
      }
      expect(speaker.answers).toEqual([]);
      clock.advance(100);
      expect(said().at(-1)).toBe('person: (pressed 4711)');
      expect(speaker.answers).toHaveLength(1);
    });

    it('the agent answers keys at once after a hash, and before the words that follow', () => {
      for (const digit of ['1', '#', '2']) session.hear({ type: 'dtmf', digit });
      expect(said().at(-1)).toBe('person: (pressed 1#)');
      person('I mean two.');
      expect(said().slice(-2)).toEqual(['person: (pressed 2)', 'person: I mean two.']);
      expect(speaker.answers).toHaveLength(2);
    });

    it('the agent answers in the language of the campaign, if it has one', async () => {
      person('Hello?');
      expect(speaker.answer.messages[0]?.content).not.toContain('Speak ');
      begin({ language: 'de-AT' });
      person('Hallo?');
      expect(speaker.answer.messages[0]?.content).toMatch(/\nSpeak Austrian German\.$/);
      await speaker.answer.fail();
      expect(spoken()).toBe(phrasesIn('de').apology);
    });

    it('the agent answers only finished words, and no empty ones', () => {
      session.hear({ type: 'prompt', text: 'I wo', isLast: false });
      session.hear({ type: 'prompt', text: '', isLast: true });
      session.hear({ type: 'setup', sessionId: 'VX1', callSid: null });
      session.hear({ type: 'error', description: 'Invalid message' });
      expect(speaker.answers).toEqual([]);
      expect(said()).toEqual([`agent: ${GREETING}`]);
    });

    it('the agent answers the later of two turns before an answer begins, and knows both', async () => {
      person('Hello?');
      const first = speaker.answer;
      person('Who is it?');
      expect(first.signal.aborted).toBe(true);
      expect(speaker.answer.messages.at(-1)).toEqual({ role: 'user', content: 'Hello?\nWho is it?' });
      await speaker.answer.finish('Ada.');
      expect(spoken()).toBe('Ada.');
      expect(said().slice(1)).toEqual(['person: Hello?', 'person: Who is it?', 'agent: Ada.']);
    });

    it('the agent answers anew when the person interrupts, and the spoken part stays a turn', async () => {
      person('Hello?');
      const first = speaker.answer;
      await first.say('I am ');
      person('Who is it?');
      await first.say('still talking');
      await speaker.answer.finish('Ada.');
      expect(sent.map((message) => (message.type === 'text' ? [message.token, message.last] : []))).toEqual([
        ['I am ', false],
        ['', true],
        ['Ada.', false],
        ['', true],
      ]);
      expect(said().slice(1)).toEqual(['person: Hello?', 'agent: I am', 'person: Who is it?', 'agent: Ada.']);
    });
  });

  describe('is interrupted', () => {
    it('the interrupted rest is neither requested nor logged', async () => {
      person('Hello?');
      await speaker.answer.say('I am calling about ', 'your plan, which');
      session.hear({ type: 'interrupt', heard: 'I am calling' });
      expect(speaker.answer.signal.aborted).toBe(true);
      await speaker.answer.say('ends in May.');
      expect(said().at(-1)).toBe('agent: I am calling');
      expect(kept.at(-1)?.at(-1)?.text).toBe('I am calling');
      expect(spoken()).toBe('I am calling about your plan, which');
      expect(sent.at(-1)).toEqual({ type: 'text', token: '', last: true });
    });

    it('an answer that is complete can still be interrupted while Twilio speaks it', async () => {
      person('Hello?');
      await speaker.answer.finish('I am calling about your plan.');
      session.hear({ type: 'interrupt', heard: 'I am' });
      person('No.');
      expect(said().slice(-2)).toEqual(['agent: I am', 'person: No.']);
      expect(speaker.answer.messages.at(-2)).toEqual({ role: 'assistant', content: 'I am' });
    });

    it('an interruption in a later sentence leaves the earlier ones as heard', async () => {
      person('Hello?');
      await speaker.answer.finish('This is Example Voice. I am calling about your plan. It ends in May.');
      session.hear({ type: 'interrupt', heard: 'I am calling' });
      expect(said().at(-1)).toBe('agent: This is Example Voice. I am calling');
    });

    it('a person who interrupts is present: only silence after that counts', async () => {
      clock.advance(15_000);
      await speaker.answer.finish('Are you still there?');
      session.hear({ type: 'interrupt', heard: 'Are you' });
      clock.advance(10_000);
      await speaker.answer.finish('Hello?');
      expect(ending()).toBeUndefined();
      clock.advance(A_MINUTE_MS);
      expect(ending()).toEqual({ type: 'end', reason: 'silence' });
    });

    it('an interruption may come before anything was heard', () => {
      session.hear({ type: 'interrupt', heard: '' });
      expect(said()).toEqual([]);
    });

    it('an interruption may come without a report of the heard words', () => {
      session.hear({ type: 'interrupt', heard: null });
      expect(said()).toEqual([`agent: ${GREETING}`]);
    });

    it('a second interruption cuts nothing more', () => {
      session.hear({ type: 'interrupt', heard: 'Good' });
      session.hear({ type: 'interrupt', heard: '' });
      expect(said()).toEqual(['agent: Good']);
    });

    it('an interruption never adds words to what was said', () => {
      session.hear({ type: 'interrupt', heard: `${GREETING} And more of it.` });
      expect(said()).toEqual([`agent: ${GREETING}`]);
    });

    it('an interruption by a key leaves the answer to the key', async () => {
      session.hear({ type: 'dtmf', digit: '2' });
      clock.advance(1_500);
      session.hear({ type: 'interrupt', heard: 'Good morning' });
      expect(speaker.answer.signal.aborted).toBe(false);
      await speaker.answer.finish('Two it is.');
      expect(said()).toEqual(['agent: Good morning', 'person: (pressed 2)', 'agent: Two it is.']);
    });

    it('an interruption by the first of several keys still waits for the others', async () => {
      session.hear({ type: 'dtmf', digit: '2' });
      session.hear({ type: 'interrupt', heard: 'Good' });
      session.hear({ type: 'dtmf', digit: '3' });
      clock.advance(1_500);
      expect(said()).toEqual(['agent: Good', 'person: (pressed 23)']);
      expect(speaker.answers).toHaveLength(1);
    });
  });

  describe('with a model that fails', () => {
    it('the agent apologizes once for a failing model, and continues', async () => {
      person('Hello?');
      await speaker.answer.fail();
      expect(sent).toEqual([{ type: 'text', token: PHRASES.apology, last: true }]);
      expect(said().at(-1)).toBe(`agent: ${PHRASES.apology}`);
      person('Hello??');
      await speaker.answer.finish('Here I am.');
      expect(said().at(-1)).toBe('agent: Here I am.');
      clock.advance(9_000);
      expect(ending()).toBeUndefined();
    });

    it('the agent hangs up after a second failure in a row, once it has apologized', async () => {
      person('Hello?');
      await speaker.answer.fail();
      person('Hello??');
      await speaker.answer.fail();
      expect(sent.at(-1)).toEqual({ type: 'text', token: PHRASES.farewell, last: true });
      clock.advance(2_000);
      expect(ending()).toBeUndefined();
      clock.advance(10_000);
      expect(sent.at(-1)).toEqual({ type: 'end', reason: 'model_failed' });
    });

    it("a conversation after the last failure logs the person's words, and does not answer them", async () => {
      person('Hello?');
      await speaker.answer.fail();
      person('Hello??');
      await speaker.answer.fail();
      person('Take me off your list.');
      session.hear({ type: 'interrupt', heard: 'I am sorry' });
      clock.advance(A_MINUTE_MS);
      person('Anybody?');
      expect(speaker.answers).toHaveLength(2);
      expect(ending()).toEqual({ type: 'end', reason: 'model_failed' });
      expect(said().slice(-3)).toEqual(['agent: I am sorry', 'person: Take me off your list.', 'person: Anybody?']);
    });

    it('a conversation continues after failures now and then', async () => {
      for (const word of ['One', 'Two', 'Three']) {
        person(word);
        await speaker.answer.fail();
        person(word);
        await speaker.answer.finish('Yes.');
      }
      expect(said().filter((turn) => turn === `agent: ${PHRASES.apology}`)).toHaveLength(3);
      expect(ending()).toBeUndefined();
    });

    it('a failure in the middle leaves the spoken part in the log', async () => {
      person('Hello?');
      await speaker.answer.say('I am call');
      await speaker.answer.fail();
      expect(said().slice(-2)).toEqual(['agent: I am call', `agent: ${PHRASES.apology}`]);
      expect(sent.slice(-2)).toEqual([
        { type: 'text', token: '', last: true },
        { type: 'text', token: PHRASES.apology, last: true },
      ]);
    });

    it('a model that says nothing has failed', async () => {
      person('Hello?');
      await speaker.answer.finish(' ', '\n');
      expect(sent).toEqual([{ type: 'text', token: PHRASES.apology, last: true }]);
    });
  });

  describe('knows whether its model has said anything', () => {
    it('a session whose model was not asked knows that it did not answer', () => {
      expect([session.hasAnswered, session.isUnanswered]).toEqual([false, false]);
    });

    it('a session whose model only failed knows that it did not answer', async () => {
      person('Hello?');
      await speaker.answer.fail();
      expect([session.hasAnswered, session.isUnanswered]).toEqual([false, true]);
    });

    it('a session whose model answered knows it, whether it failed before or after', async () => {
      person('Hello?');
      await speaker.answer.fail();
      person('Hello??');
      await speaker.answer.finish('Yes.');
      person('Who is it?');
      await speaker.answer.fail();
      expect([session.hasAnswered, session.isUnanswered]).toEqual([true, false]);
    });
  });

  describe('goes on in another session', () => {
    const earlier = (...turns: [ConversationTurn['role'], string][]): ConversationTurn[] =>
      turns.map(([role, text], index) => ({ role, text, seconds_from_start: index }));

    it('the next session answers what was not answered, and does not greet again', async () => {
      begin({ earlierTurns: earlier(['agent', GREETING], ['person', 'Who is it?']) });
      expect(kept).toEqual([]);
      expect(speaker.answer.messages.at(-1)).toEqual({ role: 'user', content: 'Who is it?' });
      await speaker.answer.finish('Ada.');
      expect(said()).toEqual([`agent: ${GREETING}`, 'person: Who is it?', 'agent: Ada.']);
    });

    it('the next session waits for the person if the agent spoke last', async () => {
      begin({ earlierTurns: earlier(['agent', GREETING]) });
      expect(speaker.answers).toEqual([]);
      clock.advance(10_000);
      expect(speaker.answer.messages.at(-1)?.content).toBe('(Nobody has said anything for 10 seconds.)');
      await speaker.answer.finish('Are you there?');
      person('Yes.');
      expect(said()).toEqual([`agent: ${GREETING}`, 'agent: Are you there?', 'person: Yes.']);
    });
  });

  describe('knows from Twilio who is speaking', () => {
    const speaking = (voice: 'agent' | 'person', isSpeaking: boolean) =>
      session.hear({ type: 'speaking', voice, isSpeaking });

    it('the agent hangs up when its last words have been said, however long they take', async () => {
      person('No, thank you.');
      await speaker.answer.finish('Goodbye. [hang up]');
      speaking('agent', true);
      clock.advance(A_MINUTE_MS);
      expect(ending()).toBeUndefined();
      speaking('agent', false);
      clock.advance(1_500);
      expect(ending()).toEqual({ type: 'end', reason: 'agent_hung_up' });
    });

    it('a person who listens or speaks is not silent', async () => {
      speaking('agent', true);
      clock.advance(20_000);
      speaking('agent', false);
      clock.advance(5_000);
      speaking('person', true);
      clock.advance(20_000);
      speaking('person', false);
      expect(speaker.answers).toEqual([]);
      clock.advance(11_500);
      expect(speaker.answers).toHaveLength(1);
    });
  });

  describe('comes to an end', () => {
    it('a conversation ends when the agent hangs up, once its last words have been said', async () => {
      person('No, thank you.');
      await speaker.answer.finish('Goodbye, then. [hang', ' up]');
      expect(spoken()).toBe('Goodbye, then. ');
      expect(ending()).toBeUndefined();
      clock.advance(5_000);
      expect(sent.at(-1)).toEqual({ type: 'end', reason: 'agent_hung_up' });
      expect(clock.open).toBe(0);
    });

    it('a conversation does not end yet if the person has something to add', async () => {
      person('No, thank you.');
      await speaker.answer.finish('Goodbye, then. [hang up]');
      person('One more thing.');
      clock.advance(5_000);
      expect(ending()).toBeUndefined();
      await speaker.answer.finish('Yes?');
      expect(said().at(-1)).toBe('agent: Yes?');
    });

    it('a silent conversation ends after the agent has asked once if the person is there', async () => {
      clock.advance(13_000);
      expect(speaker.answers).toEqual([]);
      clock.advance(2_000);
      expect(speaker.answer.messages.at(-1)).toEqual({
        role: 'user',
        content: '(Nobody has said anything for 10 seconds.)',
      });
      await speaker.answer.finish('Are you there?');
      clock.advance(A_MINUTE_MS);
      expect(sent.at(-1)).toEqual({ type: 'end', reason: 'silence' });
      expect(said()).toEqual([`agent: ${GREETING}`, 'agent: Are you there?']);
    });

    it('a conversation does not end in silence while a person speaks without an end', () => {
      for (let n = 0; n < 20; n++) {
        session.hear({ type: 'prompt', text: 'and', isLast: false });
        clock.advance(9_000);
      }
      expect(speaker.answers).toEqual([]);
      expect(ending()).toBeUndefined();
    });

    it('a conversation does not end in silence while the agent thinks', () => {
      person('Hello?');
      clock.advance(A_MINUTE_MS);
      expect(speaker.answers).toHaveLength(1);
      expect(ending()).toBeUndefined();
    });

    it('a conversation ends after its longest duration, whoever speaks', async () => {
      clock.advance(0);
      for (let minute = 0; minute < 10; minute++) {
        person('Go on.');
        await speaker.answer.say('And');
        clock.advance(A_MINUTE_MS);
      }
      expect(sent.at(-1)).toEqual({ type: 'end', reason: 'longest_call' });
      expect(speaker.answer.signal.aborted).toBe(true);
      expect(clock.open).toBe(0);
    });

    it('a conversation ends with the keys that were pressed until then', () => {
      session.hear({ type: 'dtmf', digit: '9' });
      session.close();
      expect(said().at(-1)).toBe('person: (pressed 9)');
      expect(kept.at(-1)).toEqual(session.turns);
      session.hear({ type: 'dtmf', digit: '8' });
      expect(said().at(-1)).toBe('person: (pressed 8)');
      expect([clock.open, speaker.answers]).toEqual([0, []]);
    });

    it('a conversation ends when the connection closes: nothing more is sent or waited for', async () => {
      person('Hello?');
      await speaker.answer.say('I am ');
      session.close();
      const sentBefore = sent.length;
      clock.advance(10 * A_MINUTE_MS);
      person('Hello??');
      await settled();
      expect(speaker.answer.signal.aborted).toBe(true);
      expect(speaker.answers).toHaveLength(1);
      expect(sent).toHaveLength(sentBefore);
      expect(said().slice(1)).toEqual(['person: Hello?', 'agent: I am', 'person: Hello??']);
    });
  });
});
