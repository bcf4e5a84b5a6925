import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_FILE } from '#config/private-files.js';
import { pause, settlesWithTimeout } from '../processes/patience.js';
import { awaitLogin } from './postgres-login.js';
import type { Placement } from './postgres-placement.js';
import { isRunning, programOf, workingDirectoryOf } from '../processes/process-table.js';
import { spawnAs } from './run-as.js';
import { StartError } from '../processes/start-error.js';

/** Process of a PostgreSQL server. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ended: Promise<void>;
}

/** Reads the file in which a postmaster describes itself: pid in line 1, port in line 4. */
async function readPidFile(directory: string): Promise<{ pid: number; port: number } | null> {
  const content = await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = content.split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port } : null;
}

export interface Adoption {
  readonly directory: string;
  readonly password: string;
  readonly onRecovering: () => void;
  readonly signal?: AbortSignal;
}

/** Returns the postmaster that already runs on `directory`, once it accepts logins; null: there is none. */
export async function adoptPostmaster({
  directory,
  password,
  onRecovering,
  signal,
}: Adoption): Promise<Postmaster | null> {
  const found = await readPidFile(directory);
  if (!found || !isRunning(found.pid)) return null;
  if (!isPostmasterOf(found.pid, directory)) return forget(directory);
  const isAlive = () => isRunning(found.pid);
  const answer = await awaitLogin({ port: found.port, password }, { isAlive, onRecovering, signal });
  if (answer === 'refused') throw wrongPassword(directory);
  if (answer === null) return null;
  if (await isSame(answer.dataDirectory, directory)) return { ...found, ended: whenGone(found.pid) };
  return forget(directory);
}

/** Deletes the file of a dead server. PostgreSQL does so itself, unless another program has the pid by now. */
async function forget(directory: string): Promise<null> {
  await rm(join(directory, 'postmaster.pid'), { force: true });
  return null;
}

export function wrongPassword(directory: string): StartError {
  return new StartError(`The password kept beside ${directory} does not fit the database: put the right one back.`);
}

/**
 * Tells if a process is the server of this directory. Its working directory shows it; if that is hidden, the login
 * decides.
 */
function isPostmasterOf(pid: number, directory: string): boolean {
  const place = workingDirectoryOf(pid);
  return programOf(pid) === 'postgres' && (place === null || place === directory);
}

export async function isSame(one: string, other: string): Promise<boolean> {
  return (await realpath(one).catch(() => one)) === other;
}

const POLL_MS = 250;

/** Waits for the end of a process that is not a child. The timer keeps no process alive. */
function whenGone(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (isRunning(pid)) return;
      clearInterval(timer);
      resolve();
    }, POLL_MS);
    timer.unref();
  });
}

/** Starts a server whose output is appended to `logFile`. It may still reject logins. */
export function launchPostmaster(placement: Placement, args: readonly string[], logFile: string): ChildProcess {
  const log = openSync(logFile, 'a', PRIVATE_FILE);
  try {
    const child = spawnAs(placement.identity, [placement.binaries.postgres, ...args], ['ignore', log, log]);
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

const STOP_PATIENCE_MS = 60_000;

/**
 * Stops the server in the fast mode: sessions end and a checkpoint is written. A stop that takes too long is cut short;
 * the next start recovers.
 */
export async function stopPostmaster({ pid }: Postmaster): Promise<void> {
  signalIfRunning(pid, 'SIGINT');
  if (await settlesWithTimeout(untilGone(pid), STOP_PATIENCE_MS)) return;
  signalIfRunning(pid, 'SIGQUIT');
  await untilGone(pid);
}

function signalIfRunning(pid: number, signal: NodeJS.Signals): void {
  if (isRunning(pid)) process.kill(pid, signal);
}

async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await pause(20);
}
