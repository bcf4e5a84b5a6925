import { readHashCheck } from '#database/statements/people/person-hash-check.js';
import { derivedHashKey, personHashFrom } from '#dialer/people/person-hash.js';
import { refusePositionals } from './account-words.js';
import { done, refused, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsContext } from './ops-context.js';

export const PERSON_HASH_KEY: OpsCommand = {
  name: 'person-hash-key',
  usage: '',
  summary: 'Prints the PERSON_HASH_KEY that is derived from AUTH_SECRET, to be set before AUTH_SECRET changes.',
  options: {},
  prepare(given) {
    refusePositionals(given, 'person-hash-key');
    return show;
  },
};

/**
 * Prints the derived key that people are hashed with. If AUTH_SECRET has changed, it is the key that the database
 * knows. The key is a secret, and no other command prints it.
 */
async function show({ database, secrets }: OpsContext): Promise<OpsReport> {
  if (secrets.personHashKey !== null)
    return refused('PERSON_HASH_KEY is set: keep it, and change AUTH_SECRET as you like.');
  const { check } = await readHashCheck(database);
  const keys = [secrets.authSecret, secrets.authSecretPrevious].flatMap((secret) =>
    secret === null ? [] : [derivedHashKey(secret)],
  );
  const right = keys.find((key) => check === null || personHashFrom({ key, secret: '' }).check.equals(check));
  if (right !== undefined) return done(`PERSON_HASH_KEY=${right}`);
  return refused(
    'Neither AUTH_SECRET nor AUTH_SECRET_PREVIOUS is the secret that people were hashed with: set the one of before.',
  );
}
