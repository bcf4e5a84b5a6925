import { describe, expect, it } from 'vitest';
import { foreignText, shortened } from './foreign-text.js';

describe('Text of others in a log line', () => {
  it('is cut to 500 characters', () => {
    expect(foreignText('a'.repeat(60_000))).toBe(`${'a'.repeat(500)} …`);
    expect(foreignText(new Error('b'.repeat(60_000)))).toHaveLength(502);
    expect(foreignText('a'.repeat(500))).toBe('a'.repeat(500));
  });

  it('stands on one line, and is well-formed', () => {
    expect(foreignText('one\ntwo\u001b[31m\u2028three\u202e')).toBe('one two [31m three ');
    expect(foreignText(`${'a'.repeat(499)}\ud83d\ude00`)).toBe(`${'a'.repeat(499)}\ufffd …`);
  });

  it('says what kind of error it is', () => {
    expect(foreignText(new TypeError('no such thing'))).toBe('TypeError: no such thing');
    expect(foreignText(null)).toBe('null');
  });

  it('is cut in whatever is logged, however deep it stands', () => {
    const line = shortened({ message: 'c'.repeat(10_000), context: { list: ['d'.repeat(5_000)], n: 1, none: null } });
    expect(line).toEqual({
      message: `${'c'.repeat(4_000)} …`,
      context: { list: [`${'d'.repeat(4_000)} …`], n: 1, none: null },
    });
  });
});
