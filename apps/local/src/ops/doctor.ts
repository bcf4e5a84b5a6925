import { serverVersion } from '#database/statements/ops/server-version.js';
import { HASH_KEY_CHANGED, judgeHashKey } from '#dialer/people/hash-key-check.js';
import { personHashFrom } from '#dialer/people/person-hash.js';
import { holesIn } from '#rules/values/postgres-holes.js';
import { refusePositionals } from './account-words.js';
import { done, refused, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsDesk } from './ops-context.js';

export const DOCTOR: OpsCommand = {
  name: 'doctor',
  usage: '',
  summary: 'Looks whether keys and server are the right ones; changes nothing, exit code 1 when something is amiss.',
  options: {},
  prepare(given) {
    refusePositionals(given, 'doctor');
    return examine;
  },
};

async function examine(desk: OpsDesk): Promise<OpsReport> {
  const found = [await hashKeyComplaint(desk), holesIn(await serverVersion(desk.database))].filter(
    (complaint) => complaint !== null,
  );
  return found.length > 0 ? refused(...found) : done('Keys and server are as they should be.');
}

async function hashKeyComplaint({ database, secrets }: OpsDesk): Promise<string | null> {
  const secret = secrets.personHashKey ?? secrets.authSecret;
  if (secret === null) return 'AUTH_SECRET (or PERSON_HASH_KEY) is not set here: give ops those of the api.';
  const verdict = await judgeHashKey(database, personHashFrom({ key: secrets.personHashKey, secret }));
  return verdict === 'wrong' ? HASH_KEY_CHANGED : null;
}
