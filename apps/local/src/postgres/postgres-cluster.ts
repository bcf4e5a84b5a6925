import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { isRunning } from '../processes/process-table.js';
import { POSTGRES_MAJOR } from './postgres-binaries.js';
import { classifyFailure, decisiveLine } from './postgres-failure.js';
import type { Placement } from './postgres-placement.js';
import { spawnAs, type Identity } from './run-as.js';
import { diskFull, StartError } from '../processes/start-error.js';

export const POSTGRES_USER = 'outdial';

/** @throws StartError if the cluster was made by another major version. */
export async function clusterExists(directory: string): Promise<boolean> {
  const major = await readMajor(directory);
  if (major === null || major === POSTGRES_MAJOR) return major !== null;
  throw new StartError(
    `${directory} was made by PostgreSQL ${major}, and this version brings ${POSTGRES_MAJOR}: move it away, or ` +
      'run it yourself and set DATABASE_URL.',
  );
}

async function readMajor(directory: string): Promise<number | null> {
  try {
    return Number.parseInt(await readFile(join(directory, 'PG_VERSION'), 'utf8'), 10);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

const DRAFT = /\.new-(\d+)-/;

/**
 * Makes the cluster under a draft name and renames it once it is complete. A killed start leaves only a draft, which
 * the next start deletes. If two processes make it at once, the first to rename wins.
 */
export async function createCluster(
  placement: Placement,
  { password, isDurable }: { password: string; isDurable: boolean },
): Promise<void> {
  const { directory, identity } = placement;
  await removeDrafts(directory);
  const draft = `${directory}.new-${process.pid}-${randomBytes(3).toString('hex')}`;
  const passwordFile = `${draft}.password`;
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    await giveTo(identity, [draft, passwordFile]);
    await runInitdb(placement, [`--pgdata=${draft}`, `--pwfile=${passwordFile}`, ...(isDurable ? [] : ['--no-sync'])]);
    await moveIntoPlace(draft, directory);
  } finally {
    await Promise.all([passwordFile, draft].map(remove));
  }
}

async function removeDrafts(directory: string): Promise<void> {
  const parent = dirname(directory);
  const drafts = (await readdir(parent)).filter((name) => {
    const pid = DRAFT.exec(name)?.[1];
    return pid !== undefined && !isRunning(Number(pid));
  });
  await Promise.all(drafts.map((name) => remove(join(parent, name))));
}

/** Options of initdb. They give the same text order on every machine: byte order, with Unicode's letters. */
const INITDB_OPTIONS = [
  `--username=${POSTGRES_USER}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
];

async function runInitdb({ identity, binaries, directory }: Placement, options: string[]): Promise<void> {
  const child = spawnAs(identity, [binaries.initdb, ...INITDB_OPTIONS, ...options], ['ignore', 'pipe', 'pipe']);
  const ended = new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? null : ''));
  });
  const [failure, ...said] = await Promise.all([
    ended,
    ...[child.stdout, child.stderr].map((stream) => (stream ? text(stream) : '')),
  ]);
  if (failure !== null) throw explainInitdb(directory, `${said.join('\n')}\n${failure}`);
}

function explainInitdb(directory: string, said: string): StartError {
  if (classifyFailure(said) === 'disk_full') return new StartError(diskFull(directory));
  return new StartError(`PostgreSQL could not create its data in ${directory}: ${decisiveLine(said)}`);
}

const IS_IN_THE_WAY = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR']);

/**
 * Moves the draft into place. The rename itself decides who was first. After a look beforehand, the second process
 * could delete the first one's running cluster. A directory that is in the way and is no cluster is the rest of one.
 */
async function moveIntoPlace(draft: string, directory: string): Promise<void> {
  try {
    await rename(draft, directory);
  } catch (error) {
    if (!IS_IN_THE_WAY.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    if (await clusterExists(directory)) return;
    await remove(directory);
    await rename(draft, directory);
  }
}

async function giveTo({ uid, gid }: Identity, paths: readonly string[]): Promise<void> {
  if (uid === undefined || gid === undefined) return;
  await Promise.all(paths.map((path) => chown(path, uid, gid)));
}

/** Removes a directory, with retries: an initdb whose starter was killed may still write there. */
async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
