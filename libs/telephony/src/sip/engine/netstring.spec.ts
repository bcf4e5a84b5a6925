import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeNetstring, NetstringReader } from './netstring.js';

describe('NetstringReader', () => {
  it('reads what was written, however it is cut', () => {
    const cut = fc.tuple(fc.array(fc.string({ unit: 'grapheme' })), fc.integer({ min: 1, max: 7 }));
    fc.assert(
      fc.property(cut, ([texts, size]) => {
        const bytes = Buffer.from(texts.map(encodeNetstring).join(''));
        const reader = new NetstringReader();
        const read: string[] = [];
        for (let at = 0; at < bytes.length; at += size) read.push(...reader.push(bytes.subarray(at, at + size)));
        expect(read).toEqual(texts);
      }),
    );
  });

  it.each(['nonsense that is longer than any length', 'x:', ':a,', '1:ab', '-1:,', '12345678901'])(
    'refuses %j',
    (text) => {
      expect(() => new NetstringReader().push(Buffer.from(text))).toThrow('no netstring');
    },
  );

  it('counts bytes, not characters', () => {
    expect(encodeNetstring('é')).toBe('2:é,');
  });
});
