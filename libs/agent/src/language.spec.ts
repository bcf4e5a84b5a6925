import { describe, expect, it } from 'vitest';
import { languageName } from './language.js';

describe('The name of a language', () => {
  it.each([
    ['de-AT', 'Austrian German'],
    ['pt-BR', 'Brazilian Portuguese'],
    ['sv', 'Swedish'],
    ['not a tag', 'not a tag'],
  ])('the name of %j is %s', (tag, name) => {
    expect(languageName(tag)).toBe(name);
  });
});
