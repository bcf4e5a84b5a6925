import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEmailAddress, normalEmail } from './email.js';

describe('An email address', () => {
  it.each(['ops@example.com', 'Ada.Lovelace+calls@mail.example.co.uk', `${'a'.repeat(64)}@example.com`])(
    'an email address may be %s',
    (email) => {
      expect(isEmailAddress(email)).toBe(true);
    },
  );

  it.each([
    '',
    'ops',
    'ops@',
    '@example.com',
    'ops@example',
    'ops example@example.com',
    'ops@example.com\0',
    '\ud800@example.com',
    `${'a'.repeat(250)}@example.com`,
    null,
    7,
    ['ops@example.com'],
  ])('an email address may not be %j', (value) => {
    expect(isEmailAddress(value)).toBe(false);
  });

  it.each([
    ['blanks and capitals', ' Ops@Example.COM\n', 'ops@example.com'],
    ['capitals beyond ASCII', 'MÜLLER@EXAMPLE.COM', 'müller@example.com'],
    ['a capital that PostgreSQL may keep', 'İ@example.com', 'i\u0307@example.com'],
    ['a sign that looks like a letter', '\u212Aim@example.com', 'kim@example.com'],
    ['letters and marks apart', 'jose\u0301@example.com', 'jos\u00E9@example.com'],
    ['a domain with letters of its own', 'ops@MÜNCHEN.example', 'ops@xn--mnchen-3ya.example'],
    ['a domain as the DNS has it', 'ops@XN--MNCHEN-3YA.example', 'ops@xn--mnchen-3ya.example'],
    ['a domain with wide letters', 'ops@ｅxample.com', 'ops@example.com'],
  ])('the email %s has one normal form', (_what, typed, expected) => {
    expect(normalEmail(typed)).toBe(expected);
  });

  it('emails that mail servers may distinguish stay different', () => {
    const emails = [
      'ada@example.com',
      'ada+calls@example.com',
      'a.da@example.com',
      'ıvan@example.com',
      'ivan@example.com',
    ];
    expect(new Set(emails.map(normalEmail)).size).toBe(emails.length);
  });

  it('the normal form of an email is its own normal form', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.tuple(text, text).map((parts) => parts.join('@')),
        ),
        (typed) => {
          const once = normalEmail(typed);
          expect(normalEmail(once)).toBe(once);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
