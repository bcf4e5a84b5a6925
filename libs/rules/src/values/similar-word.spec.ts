import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { similarWord } from './similar-word.js';

const KNOWN = ['name', 'system_prompt', 'voice_id', 'max_retries', 'phone_number'];

describe('similarWord', () => {
  it.each([
    ['nmae', 'name'],
    ['voiceId', 'voice_id'],
    ['phone', null],
    ['phonenumber', 'phone_number'],
    ['sytem_prompt', 'system_prompt'],
    ['max_retrys', 'max_retries'],
    ['tenant', null],
    ['', null],
  ])('the word %s is read as %s', (word, meant) => {
    expect(similarWord(word, KNOWN)).toBe(meant);
  });

  it('a word without one of its letters is found, and a distant text of any length is not', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KNOWN), fc.nat(), (word, n) => {
        const at = n % word.length;
        expect(similarWord(word.slice(0, at) + word.slice(at + 1), KNOWN)).toBe(word);
      }),
    );
    expect(similarWord('x'.repeat(100_000), KNOWN)).toBeNull();
  });
});
