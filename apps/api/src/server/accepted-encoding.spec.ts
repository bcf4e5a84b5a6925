import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptedEncoding, ENCODINGS } from './accepted-encoding.js';

describe('acceptedEncoding', () => {
  it.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['GZIP', 'gzip'],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br; q=0.2 , gzip;q=0.1', 'br'],
    ['*', 'br'],
    ['br;q=0, *;q=0.3', 'gzip'],
    ['identity', 'identity'],
    ['identity;q=1, gzip;q=0.5', 'identity'],
    ['gzip;q=0.001', 'gzip'],
    ['deflate, zstd', 'identity'],
    ['gzip;q=0', 'identity'],
    ['identity;q=0', 'identity'],
    ['gzip;q=nonsense', 'identity'],
    ['gzip;q=-1, br;q=2', 'identity'],
  ])('of %j is %s', (header, encoding) => expect(acceptedEncoding(header)).toBe(encoding));

  it('of any text is an encoding that the text does not refuse', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'brgzip*identy;q=0.1, ') }), (header) => {
        const encoding = acceptedEncoding(header);
        expect(ENCODINGS).toContain(encoding);
        if (encoding !== 'identity') expect(header.replaceAll('*', encoding)).toContain(encoding);
      }),
    );
  });
});
