import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GOODBYE_MARK, GoodbyeFilter } from './goodbye-mark.js';

function filtered(pieces: readonly string[]): { spoken: string; isGoodbye: boolean } {
  const filter = new GoodbyeFilter();
  const spoken = [...pieces.map((piece) => filter.push(piece)), filter.rest()].join('');
  return { spoken, isGoodbye: filter.isGoodbye };
}

/** A text, cut anywhere. */
function inPieces(text: string): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.nat(text.length)).map((cuts) => {
    const edges = [0, ...cuts.sort((a, b) => a - b), text.length];
    return edges.slice(1).map((edge, index) => text.slice(edges[index], edge));
  });
}

describe('The mark that ends a call', () => {
  it.each([
    [['Bye. [hang up]'], 'Bye. '],
    [['Bye. [Hang', ' UP] and more'], 'Bye. '],
    [['Bye. [', '[hang up]'], 'Bye. ['],
    [['İ', ' bye. [hang up]'], 'İ bye. '],
  ])('the mark in %j is not spoken', (pieces, spoken) => {
    expect(filtered(pieces)).toEqual({ spoken, isGoodbye: true });
  });

  it('the mark is found and not spoken, in whatever pieces it arrives', () => {
    const speech = fc.string().map((text) => text.replaceAll('[', ' '));
    const cut = speech.chain((text) => fc.tuple(fc.constant(text), inPieces(`${text}${GOODBYE_MARK}`)));
    fc.assert(
      fc.property(cut, ([text, pieces]) => {
        expect(filtered(pieces)).toEqual({ spoken: text, isGoodbye: true });
      }),
    );
  });

  it('any other text stays unchanged', () => {
    const texts = fc
      .array(fc.constantFrom('[', ']', 'hang', ' ', 'up', 'h', '[hang u', 'x'))
      .filter((parts) => !parts.join('').includes(GOODBYE_MARK));
    fc.assert(
      fc.property(texts, (pieces) => {
        expect(filtered(pieces)).toEqual({ spoken: pieces.join(''), isGoodbye: false });
      }),
    );
  });
});
