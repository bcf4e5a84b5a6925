import { chmodSync, lstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from './settings.js';

/** Modes of all files and directories of Outdial: secrets, logs, recordings and the database. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_DIRECTORY = 0o700;
/** Mode that lets other users open a path that they know, and shows them no names. */
export const PASSABLE_DIRECTORY = 0o711;

const NOBODY_ELSE = 0o077;

/** Makes all files of this process and its children private, whatever mode they are made with. */
export function keepFilesPrivate(): void {
  process.umask(NOBODY_ELSE);
}

/** Runs synchronous `work` with a private umask. A program that it starts keeps the umask. */
export function withPrivateFiles<T>(work: () => T): T {
  const before = process.umask(NOBODY_ELSE);
  try {
    return work();
  } finally {
    process.umask(before);
  }
}

/**
 * Closes a directory and all its content to other users: 0700 for directories, 0600 for files. Links are not followed,
 * so nothing outside changes. A directory of another user is closed and not entered, because that user could put a link
 * into it meanwhile.
 * @param mode of `root` itself.
 * @throws ConfigurationError that names an open file or directory of another user.
 */
export function closeToOthers(root: string, mode = PRIVATE_DIRECTORY): void {
  const directory = realpathSync(root);
  restrict(directory, lstatSync(directory), mode);
  closeEntries(directory);
}

function closeEntries(directory: string): void {
  for (const name of namesIn(directory)) {
    const path = join(directory, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found || found.isSymbolicLink()) continue;
    restrict(path, found, found.isDirectory() ? PRIVATE_DIRECTORY : PRIVATE_FILE);
    if (found.isDirectory() && isOurs(found)) closeEntries(path);
  }
}

const IS_OUT_OF_REACH = new Set(['EACCES', 'ENOENT', 'ENOTDIR']);

/** Lists a directory. Returns nothing if it is gone, or if another user has closed it. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (IS_OUT_OF_REACH.has((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

function isOurs({ uid }: Stats): boolean {
  return uid === process.getuid?.();
}

function restrict(path: string, { mode, uid }: Stats, wanted: number): void {
  if ((mode & 0o777) === wanted) return;
  try {
    chmodSync(path, wanted);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isOpen = (mode & NOBODY_ELSE & ~wanted) !== 0;
    if (code === 'ENOENT' || (code === 'EPERM' && !isOpen)) return;
    if (code === 'EPERM') throw new ConfigurationError(notOurs(path, uid));
    throw error;
  }
}

function notOurs(path: string, uid: number): string {
  return (
    `${path} belongs to another user (uid ${uid}) and is open to others: ` +
    'give it to this user with chown, or remove it.'
  );
}
