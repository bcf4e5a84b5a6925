import { describe, expect, it } from 'vitest';
import { DOMAIN_ERRORS, type DomainErrorCode } from './domain-error.js';

/** Say all that there is to say, or are sentences that clients of the backend before read as they stand. */
const WITHOUT_REMEDY: ReadonlySet<DomainErrorCode> = new Set([
  'person_erased',
  'phone_exists',
  'wrong_credentials',
  'authorization_missing',
  'admin_required',
]);

const SENTENCES = (Object.entries(DOMAIN_ERRORS) as [DomainErrorCode, string][]).filter(
  ([code]) => !WITHOUT_REMEDY.has(code) && !code.endsWith('_not_found'),
);

describe('A domain error', () => {
  it.each(SENTENCES)('the error %s says what to do about it', (_code, sentence) => {
    expect(sentence).toMatch(/: .{8}|\. [A-Z].{8}|; .{8}/);
    expect(sentence).not.toMatch(/\.$/);
  });

  it('the error of a missing thing begins with its name', () => {
    const sentences = Object.entries(DOMAIN_ERRORS).filter(([code]) => code.endsWith('_not_found'));
    for (const [, sentence] of sentences) expect(sentence).toMatch(/not found|not on the list|^Nothing is known/);
  });
});
