import { describe, expect, it } from 'vitest';
import { REFUSALS, type RefusalCode } from './provider-rejection.js';

/** Say all that there is to say, or are sentences that clients of the backend before read as they stand. */
const WITHOUT_REMEDY: ReadonlySet<RefusalCode> = new Set([
  'person_erased',
  'phone_exists',
  'wrong_credentials',
  'authorization_missing',
  'admin_required',
]);

const SENTENCES = (Object.entries(REFUSALS) as [RefusalCode, string][]).filter(
  ([code]) => !WITHOUT_REMEDY.has(code) && !code.endsWith('_not_found'),
);

describe('A refusal', () => {
  it.each(SENTENCES)('%s says what to do about it', (_code, sentence) => {
    expect(sentence).toMatch(/: .{8}|\. [A-Z].{8}|; .{8}/);
    expect(sentence).not.toMatch(/\.$/);
  });

  it('of a thing that is not there begins with what it is', () => {
    const sentences = Object.entries(REFUSALS).filter(([code]) => code.endsWith('_not_found'));
    for (const [, sentence] of sentences) expect(sentence).toMatch(/not found|not on the list|^Nothing is known/);
  });
});
