import { readdir, readFile } from 'node:fs/promises';

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every process of this machine, from Linux's own table. */
async function processes(): Promise<ProcessEntry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const entries = await Promise.all(pids.map((pid) => readProcess(pid).catch(() => null)));
  return entries.filter((entry) => entry !== null);
}

async function readProcess(pid: number): Promise<ProcessEntry> {
  const [stat, command] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/cmdline`, 'utf8'),
  ]);
  const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  return { pid, parent, command: command.replaceAll('\0', ' ').trim() };
}

export async function childrenOf(parent: number): Promise<ProcessEntry[]> {
  return (await processes()).filter((entry) => entry.parent === parent);
}

/** Processes whose command line names a directory, and those that they started. */
export async function processesIn(directory: string): Promise<ProcessEntry[]> {
  return (await processes()).filter(({ command }) => command.includes(directory));
}
