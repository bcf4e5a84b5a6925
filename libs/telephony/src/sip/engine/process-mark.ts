import { readFileSync } from 'node:fs';

/**
 * Identity of a process: its pid and its start time, since a later process can get the same pid. Both come from /proc
 * (proc(5)).
 */
export interface ProcessMark {
  readonly pid: number;
  readonly startedAt: string;
}

/** Positions in /proc/<pid>/stat behind the program's name, which may contain blanks. */
const STATE = 0;
const START_TIME = 19;

/** Returns null for a process that has ended, reaped or not, or never existed. */
export function markOf(pid: number): ProcessMark | null {
  const fields = statFields(pid);
  const startTime = fields?.[START_TIME];
  if (startTime === undefined || fields?.[STATE] === 'Z') return null;
  return { pid, startedAt: `${readText('/proc/sys/kernel/random/boot_id')}/${startTime}` };
}

export function isRunning({ pid, startedAt }: ProcessMark): boolean {
  return markOf(pid)?.startedAt === startedAt;
}

/** Signals that process, unless another one has its pid by now. */
export function signalProcess(mark: ProcessMark, signal: NodeJS.Signals): void {
  try {
    if (isRunning(mark)) process.kill(mark.pid, signal);
  } catch {
    return;
  }
}

function statFields(pid: number): string[] | null {
  const stat = readText(`/proc/${pid}/stat`);
  return stat === '' ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
