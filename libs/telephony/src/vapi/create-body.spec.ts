import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from './create-body.js';

describe('A text for Vapi', () => {
  it.each([
    ['Hello {{name}}', 'Hello { {name}}'],
    ['{% if now %}Hi{% endif %}', '{ % if now %}Hi{ % endif %}'],
    ['{{{x}}}', '{ { {x}}}'],
    ['a {brace} and 5 %', 'a {brace} and 5 %'],
  ])('%j is sent as %j', (text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it('has no template in it, whatever came with a contact, and nothing else than blanks added', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('{', '%', '}', ' ', 'x') }), (text) => {
        expect(plainText(text)).not.toMatch(/\{[{%]/);
        expect(plainText(text).replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
