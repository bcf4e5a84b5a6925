import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_FILE } from '#config/private-files.js';
import { pause } from './patience.js';
import { birthMark, isRunning } from './process-table.js';
import { StartError } from './start-error.js';

export interface DataDirLock {
  /** True when the last holder died without giving the lock back, so that what it started may still be ending. */
  readonly wasAbandoned: boolean;
  release(): Promise<void>;
}

/** Somebody else works in this data directory. */
export class DataDirInUseError extends StartError {
  override readonly name = 'DataDirInUseError';
}

interface Holder {
  readonly pid: number;
  readonly birthMark: string | null;
  readonly url: string | null;
}

/**
 * Claims `dataDir` for this process. `url` is where the system answers, for whoever is refused.
 * @throws DataDirInUseError that names the holder's pid and URL.
 */
export async function takeDataDirLock(dataDir: string, url: string | null): Promise<DataDirLock> {
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

/** Two processes that want it at once: one gets it. @returns whether an abandoned lock was in the way. */
async function linkLock(draft: string, path: string, dataDir: string): Promise<boolean> {
  for (let wasAbandoned = false; ;) {
    if (await tryLink(draft, path)) return wasAbandoned;
    const holder = await readHolder(path);
    if (holder && isHeld(holder)) throw new DataDirInUseError(refusal(holder, dataDir));
    wasAbandoned = (await clearAbandoned(draft, path)) || wasAbandoned;
  }
}

const RETRY_MS = 10;

/**
 * Only who holds the guard may remove an abandoned lock, after a second look: nobody removes one that was taken
 * meanwhile.
 */
async function clearAbandoned(draft: string, path: string): Promise<boolean> {
  const guard = `${path}.takeover`;
  if (!(await tryLink(draft, guard))) {
    const guardian = await readHolder(guard);
    if (guardian && !isHeld(guardian)) await rm(guard, { force: true });
    await pause(RETRY_MS);
    return false;
  }
  try {
    const holder = await readHolder(path);
    if (holder && isHeld(holder)) return false;
    await rm(path, { force: true });
    return true;
  } finally {
    await rm(guard, { force: true });
  }
}

/** A link appears whole, and only where there is nothing yet. */
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

function isHeld({ pid, birthMark: mark }: Holder): boolean {
  return isRunning(pid) && (mark === null || mark === birthMark(pid));
}

function refusal({ pid, url }: Holder, dataDir: string): string {
  if (url === null) return `Process ${pid} is at work in ${dataDir}: wait until it has ended.`;
  return `Outdial already runs at ${url} (pid ${pid}) with the data in ${dataDir}: stop it first, or set PORT and OUTDIAL_DATA_DIR for a second one.`;
}
