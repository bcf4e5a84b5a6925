import { access, constants, mkdir } from 'node:fs/promises';

/** Makes `dataDir` if need be. @throws the file system's error, with the directory as its path, when nothing can be kept there. */
export async function makeDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await access(dataDir, constants.W_OK | constants.X_OK);
}
