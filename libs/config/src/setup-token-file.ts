import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keptSecret, readSecret } from './kept-secret.js';
import { newSecret } from './secrets.js';

const SETUP_TOKEN = /^st_[\w-]{43}$/;

/** Makes the token with which the first person registers: 32 random bytes. */
export function newSetupToken(): string {
  return newSecret('st_');
}

/**
 * Returns the token in the data directory; null if there is none.
 * @throws the error of a file that cannot be read.
 */
export async function readSetupToken(dataDir: string): Promise<string | null> {
  const text = await readSecret(pathIn(dataDir));
  return text !== null && SETUP_TOKEN.test(text) ? text : null;
}

/**
 * Returns the token in the data directory, and makes it at the first call. Several processes at once get the same one.
 */
export async function makeSetupToken(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const token = await keptSecret(pathIn(dataDir), newSetupToken);
  return SETUP_TOKEN.test(token) ? token : replaceSetupToken(dataDir, newSetupToken());
}

/** Replaces the token. Only its owner may read it, and never half of it. */
export async function replaceSetupToken(dataDir: string, token: string): Promise<string> {
  const draft = `${pathIn(dataDir)}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, token, { mode: 0o600, flag: 'wx' });
    await rename(draft, pathIn(dataDir));
  } finally {
    await rm(draft, { force: true });
  }
  return token;
}

/** Removes the file once its token is used. */
export async function removeSetupToken(dataDir: string): Promise<void> {
  await rm(pathIn(dataDir), { force: true });
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'setup-token');
}
