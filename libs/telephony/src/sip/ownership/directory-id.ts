import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'directory-id';

/** Reads the id of this directory, which differs from that of any other host; null: it never had an owner. */
export function directoryId(directory: string): string | null {
  try {
    return /^[\da-f]{16}$/.exec(readFileSync(join(directory, FILE), 'utf8'))?.[0] ?? null;
  } catch {
    return null;
  }
}

/** Reads the id, or makes one if there is none. The file is linked into place, so it appears whole and only once. */
export function ensureDirectoryId(directory: string): string {
  const draft = join(directory, `${FILE}.${randomBytes(8).toString('hex')}`);
  writeFileSync(draft, randomBytes(8).toString('hex'), { flag: 'wx', mode: 0o600 });
  try {
    linkSync(draft, join(directory, FILE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const id = directoryId(directory);
  if (id === null) throw new Error(`${join(directory, FILE)} is not what it was: remove it.`);
  return id;
}
