import { appendFileSync } from 'node:fs';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PRIVATE_DIRECTORY, PRIVATE_FILE } from '#config/private-files.js';

const ROTATE_AT_BYTES = 50 * 1024 * 1024;

/** Makes sure that `path` can be appended to. A file that has grown large becomes `<path>.1`. */
export async function prepareLogFile(path: string, rotateAtBytes = ROTATE_AT_BYTES): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: PRIVATE_DIRECTORY });
  if ((await sizeOf(path)) > rotateAtBytes) await rename(path, `${path}.1`);
  await (await open(path, 'a', PRIVATE_FILE)).close();
}

export async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Writes one line in the format of the apps' logger. With a full disk the line is lost, and supervising goes on. */
export function logLine(path: string, message: string): void {
  const entry = { level: 'log', pid: process.pid, timestamp: Date.now(), message, context: 'Launcher' };
  try {
    appendFileSync(path, `${JSON.stringify(entry)}\n`, { mode: PRIVATE_FILE });
  } catch {
    return;
  }
}

const READ_AT_MOST_BYTES = 256 * 1024;

/** Returns the text after the first `offset` bytes. */
export async function readSince(path: string, offset: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(offset, size - READ_AT_MOST_BYTES);
    const length = Math.max(0, size - start);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Returns the last lines that the process `pid` may have written. Lines with another process's pid are left out. */
export function lastLinesOf(text: string, pid: number, count: number): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.filter((line) => Number(/"pid":(\d+)/.exec(line)?.[1] ?? pid) === pid).slice(-count);
}
