import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFault } from './json-fault.js';

describe('jsonFault', () => {
  it.each([
    ['{"a": 1', 1, 8],
    ['{"a": 1,\n "b" 2}', 2, 6],
    ["{'a': 1}", 1, 2],
    ['{"a": NaN}', 1, 7],
    ['{"a": 01}', 1, 8],
    ['{"a": 1,}', 1, 9],
    ['[1, 2] x', 1, 8],
    ['"a\nb"', 1, 3],
    ['"\\x"', 1, 3],
    ['tru', 1, 4],
    ['', 1, 1],
  ])('%j is none at line %i, column %i', (text, line, column) => {
    expect(jsonFault(text)).toEqual({ line, column });
  });

  it('finds none exactly where JSON.parse finds none', () => {
    fc.assert(fc.property(fc.json(), (text) => jsonFault(text) === null));
    const scraps = fc.array(fc.constantFrom(...'{}[]:,"\\u0e-+.1tn \n', 'true', 'null', '"a"', '1.5'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(scraps, (parts) => {
        const text = parts.join('');
        expect([text, jsonFault(text) === null]).toEqual([text, parses(text)]);
      }),
      { numRuns: 2_000 },
    );
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
