import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/** Tells if a process runs. A process that has ended and was not yet reaped counts as gone. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return statFields(pid)?.[STATE] !== 'Z';
}

/** Returns a mark that differs for a later process with the same pid; null on a system without /proc. */
export function birthMark(pid: number): string | null {
  const startedAt = statFields(pid)?.[START_TIME];
  const boot = readText('/proc/sys/kernel/random/boot_id');
  return startedAt && boot ? `${boot}/${startedAt}` : null;
}

/** Returns the name of the program that `pid` runs, without its directory. */
export function programOf(pid: number): string | null {
  const name = readText(`/proc/${pid}/comm`) ?? askPs(pid);
  return name?.split('/').at(-1) ?? null;
}

/** Returns null if the process is gone or may not be inspected. */
export function workingDirectoryOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/** Positions in /proc/<pid>/stat behind the program's name, which may contain blanks (proc(5)). */
const STATE = 0;
const START_TIME = 19;

function statFields(pid: number): string[] | null {
  const stat = readText(`/proc/${pid}/stat`);
  return stat ? stat.slice(stat.lastIndexOf(')') + 2).split(' ') : null;
}

function askPs(pid: number): string | null {
  try {
    return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return null;
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
