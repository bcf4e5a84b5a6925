import { describe, expect, it } from 'vitest';
import { isEmailAddress, normalEmail } from './email.js';

describe('An email address', () => {
  it.each(['ops@example.com', 'Ada.Lovelace+calls@mail.example.co.uk', `${'a'.repeat(64)}@example.com`])(
    'is %s',
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
  ])('is not %j', (value) => {
    expect(isEmailAddress(value)).toBe(false);
  });

  it('has one spelling, however it was typed', () => {
    expect(normalEmail(' Ops@Example.COM\n')).toBe('ops@example.com');
    expect(normalEmail('İ@example.com')).toBe('İ@example.com');
  });
});
