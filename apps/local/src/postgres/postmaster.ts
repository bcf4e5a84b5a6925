import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_FILE } from '#config/private-files.js';
import { pause, settlesWithin } from '../processes/patience.js';
import { awaitLogin } from './postgres-login.js';
import type { Placement } from './postgres-placement.js';
import { isRunning, programOf, workingDirectoryOf } from '../processes/process-table.js';
import { spawnAs } from './run-as.js';
import { StartError } from '../processes/start-error.js';

/** A PostgreSQL server process. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ended: Promise<void>;
}

/** What a postmaster writes about itself into its data directory: pid in line 1, port in line 4. */
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

/** The postmaster that already runs on `directory`, once it lets us in; null when there is none. */
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

/** PostgreSQL itself clears the file of a dead process, but not one whose pid was given to some other program. */
async function forget(directory: string): Promise<null> {
  await rm(join(directory, 'postmaster.pid'), { force: true });
  return null;
}

export function wrongPassword(directory: string): StartError {
  return new StartError(`The password kept beside ${directory} does not fit the database: put the right one back.`);
}

/** Its working directory is its data directory; where that may not be seen, the login tells. */
function isPostmasterOf(pid: number, directory: string): boolean {
  const place = workingDirectoryOf(pid);
  return programOf(pid) === 'postgres' && (place === null || place === directory);
}

export async function isSame(one: string, other: string): Promise<boolean> {
  return (await realpath(one).catch(() => one)) === other;
}

const POLL_MS = 250;

/** For a process that is not our child; the timer keeps nobody alive. */
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

/** Starts a server whose output is appended to `logFile`; whether it will let anyone in is not known yet. */
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
 * Fast shutdown: sessions are ended, a checkpoint is written. One that takes too long is cut short; the next start
 * recovers.
 */
export async function stopPostmaster({ pid }: Postmaster): Promise<void> {
  signalIfRunning(pid, 'SIGINT');
  if (await settlesWithin(untilGone(pid), STOP_PATIENCE_MS)) return;
  signalIfRunning(pid, 'SIGQUIT');
  await untilGone(pid);
}

function signalIfRunning(pid: number, signal: NodeJS.Signals): void {
  if (isRunning(pid)) process.kill(pid, signal);
}

async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await pause(20);
}
