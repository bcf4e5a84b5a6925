import { access, constants, lstat, mkdir, realpath, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { closeToOthers, PASSABLE_DIRECTORY, PRIVATE_DIRECTORY } from '#config/private-files.js';
import { StartError } from './start-error.js';

/**
 * Makes `dataDir` if need be, and closes it and all that lies in it to other users, also what an earlier version left
 * open.
 * @throws the file system's error, with the directory as its path, when nothing can be kept there.
 * @throws StartError when the directory serves others too, ConfigurationError when something in it cannot be closed.
 */
export async function makeDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: PRIVATE_DIRECTORY });
  await access(dataDir, constants.W_OK | constants.X_OK);
  await requireDirectoryOfItsOwn(dataDir);
  closeToOthers(dataDir, await modeOf(dataDir));
}

/** A cluster that root has handed to another user lies inside: that user has to pass through, and sees no names. */
async function modeOf(dataDir: string): Promise<number> {
  if (process.getuid?.() !== 0) return PRIVATE_DIRECTORY;
  const cluster = await lstat(join(dataDir, 'postgres')).catch(() => null);
  return cluster?.isDirectory() && cluster.uid !== 0 ? PASSABLE_DIRECTORY : PRIVATE_DIRECTORY;
}

/** The sticky bit: a directory such as /tmp, in which anybody may make files. */
const STICKY = 0o1000;

/** All that lies in the data directory is closed to others, which would break whatever else lives there. */
async function requireDirectoryOfItsOwn(dataDir: string): Promise<void> {
  const directory = await realpath(dataDir);
  const [home, temporary, present] = await Promise.all([homedir(), tmpdir(), '.'].map(resolved));
  const holdsPresent = `${present}${sep}`.startsWith(directory.endsWith(sep) ? directory : `${directory}${sep}`);
  const isSticky = ((await stat(directory)).mode & STICKY) !== 0;
  if (directory !== home && directory !== temporary && !holdsPresent && !isSticky) return;
  throw new StartError(
    `OUTDIAL_DATA_DIR is ${dataDir}, which serves other purposes too: name a directory of its own, since everything in it is closed to other users.`,
  );
}

function resolved(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
