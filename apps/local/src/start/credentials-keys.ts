import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readConfig, type Config } from '#config/config.js';
import { keptSecret, readSecret } from '#config/kept-secret.js';
import { childEnvironment } from '#config/process-environment.js';

const KEY_BYTES = 32;

/**
 * Returns the key for credentials of this machine, made at the first call. Returns nothing if the environment names
 * keys.
 */
export async function keptCredentialsKeys(config: Config): Promise<Record<string, string>> {
  if (hasKeys(config)) return {};
  const key = await keptSecret(pathIn(config), () => randomBytes(KEY_BYTES).toString('hex'));
  return { CREDENTIALS_KEYS: key };
}

/**
 * Adds the keys of this machine to a configuration, if there are any. A process beside the system thus gets the same
 * credentials key and the same person hash secret.
 */
export async function withKeptKeys(config: Config): Promise<Config> {
  const key = hasKeys(config) ? null : await readSecret(pathIn(config));
  const authSecret = config.authSecret === null ? await readSecret(join(config.dataDir, 'auth-secret')) : null;
  const kept = {
    ...(key !== null && { CREDENTIALS_KEYS: key }),
    ...(authSecret !== null && { AUTH_SECRET: authSecret }),
  };
  return Object.keys(kept).length === 0 ? config : readConfig(childEnvironment(kept));
}

function hasKeys({ telephony }: Config): boolean {
  return telephony.accounts.credentialsKeys.length > 0;
}

function pathIn({ dataDir }: Config): string {
  return join(dataDir, 'credentials-keys');
}
