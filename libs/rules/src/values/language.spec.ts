import { describe, expect, it } from 'vitest';
import { knownLanguage, languageOf } from './language.js';

describe('The language of a tag', () => {
  it.each([
    ['de', 'de', 'de'],
    ['de-AT', 'de', 'de'],
    ['PT-br', 'pt', 'pt'],
    ['sv-SE', 'en', null],
    ['', 'en', null],
    [null, 'en', 'en'],
  ])('the tag %j means %s, or the known language %s', (tag, language, known) => {
    expect([languageOf(tag), knownLanguage(tag)]).toEqual([language, known]);
  });
});
