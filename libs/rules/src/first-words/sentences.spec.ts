import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../values/language.js';
import { DEFAULT_SENTENCES, defaultSentence, literalParts, sentenceProblem, WORDS_KINDS } from './sentences.js';

describe('The default sentences', () => {
  it.each(LANGUAGES)('the default sentences in %s can be said as they are', (language) => {
    for (const kind of WORDS_KINDS) {
      const text = DEFAULT_SENTENCES[language][kind];
      expect(sentenceProblem(text)).toBeNull();
      expect(text).toMatch(/^\p{Lu}.*\.$/u);
      expect(text).not.toContain('{{');
      if (language !== 'en') expect(text).not.toBe(DEFAULT_SENTENCES.en[kind]);
    }
  });

  it.each([
    ['de-AT', DEFAULT_SENTENCES.de.disclosure],
    ['PT', DEFAULT_SENTENCES.pt.disclosure],
    [null, DEFAULT_SENTENCES.en.disclosure],
    ['pl', null],
  ])('the default sentences follow the language %j', (language, expected) => {
    expect(defaultSentence('disclosure', language)).toBe(expected);
  });
});

describe('A sentence', () => {
  it.each(['', 'A machine speaks.', 'Hi {{first_name}}, a machine speaks.', '機械の音声です。'])(
    'the sentence %j can be said',
    (text) => {
      expect(sentenceProblem(text)).toBeNull();
    },
  );

  it.each([
    ' ',
    '...',
    '{{first_name}}',
    '{{first_name}} {{last_name}}!',
    '\u200B',
    '12',
    'A\nB',
    'A\u0000',
    'A\u2028B',
  ])('the sentence %j cannot be said', (text) => {
    expect(sentenceProblem(text)).not.toBeNull();
  });

  it.each([
    ['Hi {{first_name}}!', ['Hi ', '!']],
    ['{{a}}{{b}}', ['', '', '']],
    ['no end {{ here', ['no end ', ' here']],
  ])('the sentence %j has the parts %j', (text, parts) => {
    expect(literalParts(text)).toEqual(parts);
  });
});
