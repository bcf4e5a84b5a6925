import { readFileSync } from 'node:fs';

/** A process, told from a later one with the same pid by when it was started; both from /proc (proc(5)). */
export interface ProcessMark {
  readonly pid: number;
  readonly startedAt: string;
}

/** Positions in /proc/<pid>/stat behind the program's name, which may itself hold blanks. */
const STATE = 0;
const START_TIME = 19;

/** Null for a process that has ended, reaped or not, or never was. */
export function markOf(pid: number): ProcessMark | null {
  const fields = statFields(pid);
  const startTime = fields?.[START_TIME];
  if (startTime === undefined || fields?.[STATE] === 'Z') return null;
  return { pid, startedAt: `${readText('/proc/sys/kernel/random/boot_id')}/${startTime}` };
}

export function isRunning({ pid, startedAt }: ProcessMark): boolean {
  return markOf(pid)?.startedAt === startedAt;
}

/** To that process and no other that has its pid by now. */
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
