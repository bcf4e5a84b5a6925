import { describe, expect, it } from 'vitest';
import { purposeOf } from './purpose.js';

describe('purposeOf', () => {
  it.each([
    ['You are calling customers to confirm their delivery. Be kind.', 'to confirm your delivery'],
    ['You call on behalf of a clinic regarding the patient’s next check-up', 'regarding your next check-up'],
    ['You are polite.\nYour goal is to book a table for Friday!', 'to book a table for Friday'],
  ])('%s', (prompt, purpose) => {
    expect(purposeOf(prompt)).toBe(purpose);
  });

  it.each([
    '',
    'You are a helpful assistant.',
    'Never talk about prices.',
    'Recall to smile.',
    '電話して予約を確認してください。',
  ])('finds none in %j', (prompt) => {
    expect(purposeOf(prompt)).toBeNull();
  });

  it('keeps whole words, at most 60 characters of them', () => {
    const purpose = purposeOf(`Call to ${'explain '.repeat(30)}`);
    expect(purpose?.length).toBeLessThanOrEqual(60);
    expect(purpose).toMatch(/^to( explain)+$/);
  });

  it('comes to an end, however long the prompt', () => {
    const prompt = `${'call '.repeat(20_000)} about`;
    expect(purposeOf(prompt)).toBeNull();
  });
});
