import { constants } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { PRIVATE_FILE } from '#config/private-files.js';

/** Line of the file: a link and the person whom it is for. */
export interface KeptLink {
  readonly at: Date;
  readonly purpose: string;
  readonly email: string;
  readonly expires_at: Date;
  readonly link: string;
}

/** Size at which the file is renamed: some thousands of links. */
const ROTATE_AT_BYTES = 1024 * 1024;

/** Flags of `open`: a missing directory is not created, and a symbolic link is not followed. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

/**
 * Appends a link as one line of JSON to `path`, a file that only its owner can read. A file that has grown large is
 * renamed to `<path>.1` before.
 * @throws Error in one sentence where it cannot be written.
 */
export async function appendLink(path: string, link: KeptLink, rotateAtBytes = ROTATE_AT_BYTES): Promise<void> {
  try {
    if ((await sizeOf(path)) >= rotateAtBytes) await rename(path, `${path}.1`).catch(passMissing);
    const file = await open(path, APPEND, PRIVATE_FILE);
    try {
      await file.chmod(PRIVATE_FILE);
      await file.write(`${JSON.stringify(link)}\n`);
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `${path} cannot be written (${code}): set ACCOUNT_WEBHOOK_URL, or OUTDIAL_DATA_DIR to a directory`,
      {
        cause: error,
      },
    );
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Ignores a missing file, which another process has renamed. */
function passMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
