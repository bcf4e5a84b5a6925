import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, markOf, type ProcessMark } from '../engine/process-mark.js';

type Holder = ProcessMark & { readonly claim: string };

/**
 * Makes this process the owner of a directory, and so of the engine in it: a file with the owner's pid and start time,
 * which whoever comes next checks against /proc. It holds among the processes of one host (or container) and no
 * further.
 * @returns how to give it back; null while another process, or another part of this one, is the owner.
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
 * Only who holds the guard removes a dead owner's lock, after a second look: nobody removes one that was taken
 * meanwhile.
 */
function removeAbandoned(draft: string, path: string): boolean {
  if (isHeld(path)) return false;
  const guard = `${path}.takeover`;
  if (!tryLink(draft, guard)) {
    if (!isHeld(guard)) rmSync(guard, { force: true });
    return false;
  }
  try {
    if (isHeld(path)) return false;
    rmSync(path, { force: true });
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

/** A link appears whole, and only where there is nothing yet. */
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

function isHeld(path: string): boolean {
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
