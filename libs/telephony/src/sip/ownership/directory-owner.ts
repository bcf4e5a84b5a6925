import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, markOf, type ProcessMark } from '../engine/process-mark.js';

type Holder = ProcessMark & { readonly claim: string };

/**
 * Makes this process the owner of a directory, and so of the engine in it. A file holds the owner's pid and start time,
 * which the next process compares with /proc. The lock is valid among the processes of one host or container.
 * @returns a function that releases it; null if another process, or another part of this one, is the owner.
 */
export function claimDirectory(directory: string): (() => void) | null {
  const path = join(directory, 'owner.lock');
  const mine: Holder = { ...ownMark(), claim: randomBytes(8).toString('hex') };
  const draft = `${path}.${mine.claim}`;
  writeFileSync(draft, JSON.stringify(mine), { flag: 'wx', mode: 0o600 });
  try {
    return tryLink(draft, path) || (removeAbandoned(draft, path) && tryLink(draft, path))
      ? () => release(path, mine)
      : null;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Removes a dead owner's lock. Only the process with the guard file may, and it reads the lock again first: a new
 * owner's lock stays.
 */
function removeAbandoned(draft: string, path: string): boolean {
  if (isOwned(path)) return false;
  const guard = `${path}.takeover`;
  if (!tryLink(draft, guard)) {
    if (!isOwned(guard)) rmSync(guard, { force: true });
    return false;
  }
  try {
    if (isOwned(path)) return false;
    rmSync(path, { force: true });
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

/** Links the draft into place. The link appears whole, and only if there is no file yet. */
function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function release(path: string, mine: Holder): void {
  if (readHolder(path)?.claim === mine.claim) rmSync(path, { force: true });
}

function isOwned(path: string): boolean {
  const holder = readHolder(path);
  return holder !== null && isRunning(holder);
}

function readHolder(path: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder> | null;
    return typeof holder?.pid === 'number' && typeof holder.startedAt === 'string' ? (holder as Holder) : null;
  } catch {
    return null;
  }
}

function ownMark(): ProcessMark {
  const mark = markOf(process.pid);
  if (!mark) throw new Error('A SIP engine wants a host with /proc: Linux.');
  return mark;
}
