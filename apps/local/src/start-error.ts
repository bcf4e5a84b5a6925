/** Why the system could not come up, as a sentence to print; everything else that is thrown is a defect and keeps its stack. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
}

const SENTENCES: Readonly<Record<string, (path: string) => string>> = {
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: notWritable,
  ENOTDIR: notDirectory,
  EEXIST: notDirectory,
  ENOSPC: diskFull,
  EDQUOT: diskFull,
};

/** Turns what the file system refuses into a sentence; hands back any other error as it is. */
export function explainFileError(error: unknown): unknown {
  const { code, path } = (error ?? {}) as { code?: unknown; path?: unknown };
  if (error instanceof StartError || typeof code !== 'string' || typeof path !== 'string') return error;
  const sentence = SENTENCES[code];
  return sentence ? new StartError(`${sentence(path)} (${code})`, { cause: error }) : error;
}

export function diskFull(path: string): string {
  return `The disk that holds ${path} is full: free some space, or set OUTDIAL_DATA_DIR to a directory on another disk.`;
}

function notWritable(path: string): string {
  return `${path} is not writable by this user: change its owner, or set OUTDIAL_DATA_DIR to a directory that is.`;
}

function notDirectory(path: string): string {
  return `${path} cannot be used, since a file is in the way: remove it, or set OUTDIAL_DATA_DIR to another directory.`;
}
