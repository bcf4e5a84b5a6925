import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

const SHARED_MEMORY = '/dev/shm';
const BYTES_NEEDED = 2 ** 31;

/**
 * Returns a folder in memory, where there is one with 2 GiB free, for a PostgreSQL of tests. A database has 700 files:
 * to copy them costs 0.2 s of CPU on a disk and 0.04 s there.
 */
export async function quickestFolder(): Promise<string> {
  const free = await statfs(SHARED_MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return free >= BYTES_NEEDED ? SHARED_MEMORY : tmpdir();
}
