import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keptSecret, readSecret } from './kept-secret.js';
import { newSecret } from './secrets.js';

const SETUP_TOKEN = /^st_[\w-]{43}$/;

/** The token with which the first person registers: 32 random bytes. */
export function newSetupToken(): string {
  return newSecret('st_');
}

/**
 * The token in the data directory; null where there is none. @throws the file system's error for a file that cannot be
 * read.
 */
export async function readSetupToken(dataDir: string): Promise<string | null> {
  const text = await readSecret(pathIn(dataDir));
  return text !== null && SETUP_TOKEN.test(text) ? text : null;
}

/** The token in the data directory, made at the first call; several processes at once get the same one. */
export async function makeSetupToken(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const token = await keptSecret(pathIn(dataDir), newSetupToken);
  return SETUP_TOKEN.test(token) ? token : replaceSetupToken(dataDir, newSetupToken());
}

/** Puts `token` in the place of what is there, readable by its owner only; nobody ever reads half of it. */
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

/** Removes the file once its token opens nothing. */
export async function removeSetupToken(dataDir: string): Promise<void> {
  await rm(pathIn(dataDir), { force: true });
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'setup-token');
}
