import { describe, expect, it } from 'vitest';
import { languageName, languageOf } from './language.js';

describe('The language of a tag', () => {
  it.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['PT-br', 'pt'],
    ['sv-SE', 'en'],
    ['', 'en'],
    [null, 'en'],
  ])('%j is %s', (tag, language) => {
    expect(languageOf(tag)).toBe(language);
  });

  it.each([
    ['de-AT', 'Austrian German'],
    ['pt-BR', 'Brazilian Portuguese'],
    ['sv', 'Swedish'],
    ['not a tag', 'not a tag'],
  ])('%j is called %s', (tag, name) => {
    expect(languageName(tag)).toBe(name);
  });
});
