import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ThoughtFilter, withoutThoughts } from './thoughts.js';

function spoken(pieces: readonly string[]): string {
  const filter = new ThoughtFilter();
  return [...pieces.map((piece) => filter.push(piece)), filter.rest()].join('');
}

/** A text, cut anywhere. */
function inPieces(text: string): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.nat(text.length)).map((cuts) => {
    const edges = [0, ...cuts.sort((a, b) => a - b), text.length];
    return edges.slice(1).map((edge, index) => text.slice(edges[index], edge));
  });
}

describe('The thoughts of a model', () => {
  it.each([
    [['<think>They are in a hurry.</think>Good morning.'], 'Good morning.'],
    [['<thi', 'nk>They</thi', 'nk>Good', ' morning.'], 'Good morning.'],
    [['Good <THINK>so far</Think>morning.'], 'Good morning.'],
    [['<think></think>Yes.<think>Was that right?</think>'], 'Yes.'],
    [['<think>and then I would '], ''],
    [['Is 3 < 4? <th', 'e answer>'], 'Is 3 < 4? <the answer>'],
    [['İ <think>x</think>İ'], 'İ İ'],
  ])('the thought in %j is not spoken', (pieces, text) => {
    expect(spoken(pieces)).toBe(text);
  });

  it('a thought is dropped in whatever pieces it arrives', () => {
    const plain = fc.string().map((text) => text.replaceAll(/[<>]/g, ' '));
    const cut = fc
      .tuple(plain, plain, plain)
      .chain(([before, thought, after]) =>
        fc.tuple(fc.constant(before + after), inPieces(`${before}<think>${thought}</think>${after}`)),
      );
    fc.assert(
      fc.property(cut, ([text, pieces]) => {
        expect(spoken(pieces)).toBe(text);
      }),
    );
  });

  it('nothing but a thought is dropped', () => {
    const parts = fc.array(fc.constantFrom('<', 'think', '</', 'thin', 'k>', ' ', 'x'));
    fc.assert(
      fc.property(
        parts.filter((all) => !all.join('').includes('<think>')),
        (pieces) => {
          expect(spoken(pieces)).toBe(pieces.join(''));
        },
      ),
    );
  });

  it.each([
    ['<think>{"a":1}</think>{"a":2}', '{"a":2}'],
    ['{"a":1}, or rather</think> {"a":2}', ' {"a":2}'],
    ['{"a":2}', '{"a":2}'],
    ['<think>{"a":1}', ''],
  ])('a thought is dropped from a whole answer: %j', (text, rest) => {
    expect(withoutThoughts(text)).toBe(rest);
  });
});
