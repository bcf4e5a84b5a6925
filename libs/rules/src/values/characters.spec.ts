import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charactersIn } from './characters.js';

describe('Characters of a text', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['😀😀', 2],
    ['\u2764\ufe0f', 2],
    ['e\u0301', 2],
    ['\ud800x\udc00', 3],
  ])('the text %j has %i characters', (text, count) => {
    expect(charactersIn(text)).toBe(count);
  });

  it('the characters of a text are its code points', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => charactersIn(text) === [...text].length));
  });
});
