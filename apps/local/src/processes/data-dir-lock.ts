import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_FILE } from '#config/private-files.js';
import { pause } from './patience.js';
import { birthMark, isRunning } from './process-table.js';
import { StartError } from './start-error.js';

export interface DataDirLock {
  /** True if the last owner died without releasing the lock. Processes that it started may still be ending. */
  readonly wasAbandoned: boolean;
  release(): Promise<void>;
}

/** Error: another process works in this data directory. */
export class DataDirInUseError extends StartError {
  override readonly name = 'DataDirInUseError';
}

interface Holder {
  readonly pid: number;
  readonly birthMark: string | null;
  readonly url: string | null;
}

/**
 * Locks `dataDir` for this process. `url` is the system's address, which a rejected process is told.
 * @throws DataDirInUseError that names the owner's pid and URL.
 */
export async function lockDataDir(dataDir: string, url: string | null): Promise<DataDirLock> {
  const path = join(dataDir, 'outdial.lock');
  const mine: Holder = { pid: process.pid, birthMark: birthMark(process.pid), url };
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, JSON.stringify(mine), { flag: 'wx', mode: PRIVATE_FILE });
    const wasAbandoned = await linkLock(draft, path, dataDir);
    return { wasAbandoned, release: () => releaseLock(path, mine) };
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Links the lock into place. Of two processes that try at once, one succeeds.
 * @returns true if an abandoned lock was in the way.
 */
async function linkLock(draft: string, path: string, dataDir: string): Promise<boolean> {
  for (let wasAbandoned = false; ;) {
    if (await tryLink(draft, path)) return wasAbandoned;
    const holder = await readHolder(path);
    if (holder && isLocked(holder)) throw new DataDirInUseError(whyLocked(holder, dataDir));
    wasAbandoned = (await clearAbandoned(draft, path)) || wasAbandoned;
  }
}

const RETRY_MS = 10;

/**
 * Removes an abandoned lock. Only the process with the guard file may, and it reads the lock again first: a new owner's
 * lock stays.
 */
async function clearAbandoned(draft: string, path: string): Promise<boolean> {
  const guard = `${path}.takeover`;
  if (!(await tryLink(draft, guard))) {
    const guardian = await readHolder(guard);
    if (guardian && !isLocked(guardian)) await rm(guard, { force: true });
    await pause(RETRY_MS);
    return false;
  }
  try {
    const holder = await readHolder(path);
    if (holder && isLocked(holder)) return false;
    await rm(path, { force: true });
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

/** Links the draft into place. The link appears whole, and only if there is no file yet. */
async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function releaseLock(path: string, mine: Holder): Promise<void> {
  const holder = await readHolder(path);
  if (holder?.pid === mine.pid && holder.birthMark === mine.birthMark) await rm(path, { force: true });
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    const holder = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder> | null;
    if (typeof holder?.pid !== 'number') return null;
    return { pid: holder.pid, birthMark: holder.birthMark ?? null, url: holder.url ?? null };
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function isLocked({ pid, birthMark: mark }: Holder): boolean {
  return isRunning(pid) && (mark === null || mark === birthMark(pid));
}

function whyLocked({ pid, url }: Holder, dataDir: string): string {
  if (url === null) return `Process ${pid} is at work in ${dataDir}: wait until it has ended.`;
  return (
    `Outdial already runs at ${url} (pid ${pid}) with the data in ${dataDir}: stop it first, or set PORT and ` +
    'OUTDIAL_DATA_DIR for a second one.'
  );
}
