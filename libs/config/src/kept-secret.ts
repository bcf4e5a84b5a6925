import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { PRIVATE_FILE } from '#config/private-files.js';

const SECRET_BYTES = 36;

/**
 * Returns the secret in the file `path`, and makes it at the first call. Only its owner may read it. A new secret has
 * 48 characters that are safe in a URL, unless `make` makes another.
 */
export async function keptSecret(path: string, make = newSecret): Promise<string> {
  return (await readSecret(path)) ?? makeSecret(path, make);
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

export async function readSecret(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Makes a secret and links it to its path. Of two processes at once both get the one that was linked first, never half
 * a secret.
 */
async function makeSecret(path: string, make: () => string): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, make(), { mode: PRIVATE_FILE, flag: 'wx' });
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return keptSecret(path, make);
}
