import { describe, expect, it } from 'vitest';
import type { ConversationTurn } from '../call/call-report.js';
import { beginsWith, greetingAfter, openingOf, saidOf, type FirstWords, type SaidFacts } from './first-words.js';

const ADA = {
  phone_number: '+442079460123',
  first_name: 'Ada',
  last_name: null,
  email: null,
  custom_fields: {},
};
const sentence = (text: string | null, source: FirstWords['disclosure']['source'] = 'default') => ({
  text,
  source,
  language: 'en',
});
const WORDS: FirstWords = {
  disclosure: sentence('Hi {{first_name}}, a machine speaks.'),
  recording_notice: sentence('It is recorded.'),
};
const agent = (text: string): ConversationTurn => ({ role: 'agent', text, seconds_from_start: 0 });
const person = (text: string): ConversationTurn => ({ role: 'person', text, seconds_from_start: 1 });

describe('An opening', () => {
  it.each([
    [WORDS, 'Good day {{first_name}}!', 'Hi Ada, a machine speaks. It is recorded.', ' Good day Ada!'],
    [WORDS, null, 'Hi Ada, a machine speaks. It is recorded.', ''],
    [WORDS, '{{last_name}}', 'Hi Ada, a machine speaks. It is recorded.', ''],
    [{ ...WORDS, recording_notice: null }, 'Good day!', 'Hi Ada, a machine speaks.', ' Good day!'],
    [{ ...WORDS, disclosure: sentence(null) }, 'Good day!', 'It is recorded.', ' Good day!'],
  ])(
    'an opening has disclosure and notice before the greeting: %j, %j',
    (words, firstMessage, firstWords, greeting) => {
      const opening = openingOf(words, firstMessage, ADA);
      expect(opening).toEqual({ firstWords, firstMessage: `${firstWords}${greeting}` });
      expect(greetingAfter(opening)).toBe(greeting);
    },
  );

  it.each([
    [null, 'Good day!', 'Good day!'],
    [{ disclosure: sentence(null), recording_notice: sentence(null) }, 'Good day!', 'Good day!'],
    [{ disclosure: sentence('A machine.', 'prompt'), recording_notice: null }, null, null],
    [{ disclosure: sentence(null), recording_notice: null }, '{{last_name}}', ''],
  ])('an opening has no first words if the provider receives none: %j', (words, firstMessage, expected) => {
    expect(openingOf(words, firstMessage, ADA)).toEqual({ firstWords: null, firstMessage: expected });
  });
});

describe('What was said', () => {
  const facts: SaidFacts = {
    words: WORDS,
    status: 'completed',
    wasAnswered: true,
    turns: null,
    isPromptPlayed: false,
    known: null,
  };
  const whole = [agent('Hi Ada, a machine speaks. It is'), person('What?'), agent('recorded. Good day!')];

  it.each<[string, Partial<SaidFacts>, string | null]>([
    ['said', { turns: whole }, 'said'],
    ['said, in other punctuation', { turns: [agent('hi  ADA a machine speaks - it is recorded')] }, 'said'],
    ['cut short', { turns: whole.slice(0, 2) }, 'not_whole'],
    ['not at the beginning', { turns: [agent('Buy! Hi Ada, a machine speaks. It is recorded.')] }, 'not_whole'],
    ['by the person alone', { turns: [person('Hi Ada, a machine speaks. It is recorded.')] }, 'not_whole'],
    ['without a conversation', {}, 'untold'],
    ['to nobody', { status: 'no_answer', wasAnswered: false }, 'not_answered'],
    ['while the call goes on', { status: 'in_progress' }, null],
    ['by a prompt', { isPromptPlayed: true }, 'said'],
    ['as known before', { known: 'said' }, 'said'],
    ['as known before, and not whole', { known: 'not_whole' }, 'not_whole'],
    ['late', { known: 'untold', turns: whole }, 'said'],
    ['nothing', { words: { disclosure: sentence(null), recording_notice: null } }, null],
    ['nothing, by an earlier version', { words: null }, null],
  ])('the result of the check is right: %s', (_, told, expected) => {
    expect(saidOf({ ...facts, ...told })).toBe(expected);
  });

  it('words are compared in every alphabet', () => {
    expect(beginsWith([agent('Это автоматический звонок.')], ['это Автоматический, звонок'])).toBe(true);
    expect(beginsWith([agent('Это звонок.')], ['это Автоматический, звонок'])).toBe(false);
  });
});
