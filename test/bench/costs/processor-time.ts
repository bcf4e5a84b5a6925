import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Positions in /proc/<pid>/stat behind the program's name, which may itself hold blanks (proc(5)). */
const PARENT = 1;
const OWN_TICKS = [11, 12];
const ENDED_CHILDREN_TICKS = [13, 14];

let millisecondsPerTick: number | undefined;

/** Milliseconds of processor time that a process has used, all its threads together; null where there is no /proc. */
export function processorMs(pid: number): number | null {
  const fields = statOf(pid);
  return fields && sum(fields, OWN_TICKS) * tickMs();
}

/**
 * Milliseconds of processor time of a PostgreSQL server: of its postmaster and its children, those that have ended
 * included. Null where there is no /proc.
 */
export function serverProcessorMs(postmaster: number): number | null {
  const own = statOf(postmaster);
  if (!own) return null;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((fields) => fields !== null && Number(fields[PARENT]) === postmaster);
  const ticks = children.reduce((total, fields) => total + sum(fields ?? [], OWN_TICKS), 0);
  return (ticks + sum(own, [...OWN_TICKS, ...ENDED_CHILDREN_TICKS])) * tickMs();
}

function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

function sum(fields: readonly string[], positions: readonly number[]): number {
  return positions.reduce((total, position) => total + Number(fields[position] ?? 0), 0);
}

function tickMs(): number {
  return (millisecondsPerTick ??= 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })));
}
