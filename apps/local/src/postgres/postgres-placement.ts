import { createHash, randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readlink, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PASSABLE_DIRECTORY, PRIVATE_DIRECTORY } from '#config/private-files.js';
import { binariesIn, POSTGRES_MAJOR, type PostgresBinaries } from './postgres-binaries.js';
import { identitiesFor, SELF, succeedsAs, type Identity } from './run-as.js';
import { StartError } from '../processes/start-error.js';

/** User, binaries and data of a server. */
export interface Placement {
  readonly identity: Identity;
  readonly binaries: PostgresBinaries;
  /** Directory of the cluster; it need not exist yet. */
  readonly directory: string;
}

const CLUSTER = 'postgres';

/** Returns the cluster of `dataDir`: `<dataDir>/postgres`, or the target of that link. */
export async function clusterDirectory(dataDir: string): Promise<string> {
  const path = join(await realpath(dataDir), CLUSTER);
  const target = await readlink(path).catch(() => path);
  const directory = resolve(dirname(path), target);
  return realpath(directory).catch(() => directory);
}

/** Finds a user who may run PostgreSQL here. Files that this user cannot reach are put elsewhere. */
export async function placePostgres(dataDir: string, binaries: PostgresBinaries): Promise<Placement> {
  const directory = await clusterDirectory(dataDir);
  const ownerUid = await ownerOf(directory);
  for (const identity of identitiesFor(ownerUid)) {
    if (!(await succeedsAs(identity, ['true']))) continue;
    if (identity === SELF) return { identity, binaries, directory };
    return placeFor(identity, { dataDir, binaries, directory, ownerUid });
  }
  throw new StartError(
    'PostgreSQL refuses to run as root, and no other user could be found to run it: start as an ordinary user, or ' +
      'set DATABASE_URL.',
  );
}

interface Present {
  readonly dataDir: string;
  readonly binaries: PostgresBinaries;
  readonly directory: string;
  readonly ownerUid: number | null;
}

async function placeFor(identity: Identity, present: Present): Promise<Placement> {
  const { dataDir, binaries, directory, ownerUid } = present;
  const elsewhere = await outsideOf(dataDir);
  if (ownerUid !== null && identity.uid !== undefined && identity.uid !== ownerUid) await handOver(directory, identity);
  return {
    identity,
    binaries: (await canEnter(identity, binaries.root)) ? binaries : await copyBinaries(binaries, elsewhere),
    directory: (await letThrough(identity, present)) ? directory : await placeCluster(present, elsewhere),
  };
}

/**
 * Lets a user other than root pass through the data directory, and nothing else. If a parent keeps that user out, the
 * directory stays closed.
 */
async function letThrough(identity: Identity, { dataDir, directory, ownerUid }: Present): Promise<boolean> {
  const place = ownerUid === null ? dirname(directory) : directory;
  const isInside = dirname(directory) === (await realpath(dataDir));
  if (identity.uid === undefined || !isInside) return canEnter(identity, place);
  await chmod(dataDir, PASSABLE_DIRECTORY);
  if (await canEnter(identity, place)) return true;
  await chmod(dataDir, PRIVATE_DIRECTORY);
  return false;
}

/** Makes a directory passable for the user that runs PostgreSQL, whatever the umask. */
async function makePassable(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await chmod(directory, PASSABLE_DIRECTORY);
}

/**
 * Returns root's own place for data that a closed directory hides from other users. /tmp and /var/tmp are unsuitable:
 * old files there are deleted.
 */
async function outsideOf(dataDir: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await realpath(dataDir))
    .digest('hex');
  return join('/var/lib', `outdial-${digest.slice(0, 12)}`);
}

async function copyBinaries(binaries: PostgresBinaries, elsewhere: string): Promise<PostgresBinaries> {
  const { size, mtimeMs } = await stat(binaries.postgres);
  const root = join(elsewhere, `native-${POSTGRES_MAJOR}-${size}-${Math.trunc(mtimeMs)}`);
  if ((await ownerOf(root)) === null) {
    const draft = `${root}.${process.pid}`;
    await makePassable(elsewhere);
    await cp(binaries.root, draft, { recursive: true, verbatimSymlinks: true });
    await rename(draft, root).catch(() => rm(draft, { recursive: true, force: true }));
  }
  return binariesIn(root);
}

async function placeCluster({ dataDir, directory, ownerUid }: Present, elsewhere: string): Promise<string> {
  if (ownerUid !== null) {
    throw new StartError(
      `The unprivileged user that runs PostgreSQL for root cannot reach ${directory}: open its parents (chmod o+x).`,
    );
  }
  await makePassable(elsewhere);
  // A random name: a new data directory must not meet the cluster of a deleted one.
  const path = join(elsewhere, `postgres-${randomBytes(4).toString('hex')}`);
  await symlink(path, join(await realpath(dataDir), CLUSTER)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return clusterDirectory(dataDir);
}

async function canEnter(identity: Identity, directory: string): Promise<boolean> {
  return succeedsAs(identity, ['sh', '-c', 'cd "$0"', directory]);
}

async function handOver(directory: string, { uid = 0, gid = 0 }: Identity): Promise<void> {
  if (await succeedsAs(SELF, ['chown', '-R', `${uid}:${gid}`, directory])) return;
  throw new StartError(
    `${directory} could not be given to the user (uid ${uid}) who runs PostgreSQL for root: start as an ordinary user.`,
  );
}

async function ownerOf(path: string): Promise<number | null> {
  return stat(path).then(
    ({ uid }) => uid,
    () => null,
  );
}
