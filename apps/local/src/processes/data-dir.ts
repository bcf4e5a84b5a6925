import { access, constants, lstat, mkdir, realpath, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { closeToOthers, PASSABLE_DIRECTORY, PRIVATE_DIRECTORY } from '#config/private-files.js';
import { StartError } from './start-error.js';

/**
 * Makes `dataDir` if it is missing, and closes it and its files to other users. Files that an earlier version left open
 * are closed too.
 * @throws the file system's error, with the directory as its path, if the directory is unusable.
 * @throws StartError if the directory serves other programs too, ConfigurationError if a file cannot be closed.
 */
export async function makeDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: PRIVATE_DIRECTORY });
  await requireDirectoryOfItsOwn(dataDir);
  await access(dataDir, constants.W_OK | constants.X_OK);
  closeToOthers(dataDir, await modeOf(dataDir));
}

/**
 * Returns the directory's mode. The user of a cluster that root has handed over must pass through, but not list the
 * directory.
 */
async function modeOf(dataDir: string): Promise<number> {
  if (process.getuid?.() !== 0) return PRIVATE_DIRECTORY;
  const cluster = await lstat(join(dataDir, 'postgres')).catch(() => null);
  return cluster?.isDirectory() && cluster.uid !== 0 ? PASSABLE_DIRECTORY : PRIVATE_DIRECTORY;
}

/** Sticky bit of a directory such as /tmp, in which every user may make files. */
const STICKY = 0o1000;

/**
 * Rejects a directory that other programs use. All its files are closed to other users, which would break those
 * programs.
 */
async function requireDirectoryOfItsOwn(dataDir: string): Promise<void> {
  const directory = await realpath(dataDir);
  const [home, temporary, present] = await Promise.all([homedir(), tmpdir(), '.'].map(resolved));
  const containsPresent = `${present}${sep}`.startsWith(directory.endsWith(sep) ? directory : `${directory}${sep}`);
  const isSticky = ((await stat(directory)).mode & STICKY) !== 0;
  if (directory !== home && directory !== temporary && !containsPresent && !isSticky) return;
  throw new StartError(
    `OUTDIAL_DATA_DIR is ${dataDir}, which serves other purposes too: name a directory of its own, since ` +
      'everything in it is closed to other users.',
  );
}

function resolved(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
