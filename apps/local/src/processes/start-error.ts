import { foreignText } from '#runtime/foreign-text.js';

/**
 * Reason why the system could not start, as a sentence to print. Any other error is a defect and is printed with its
 * stack.
 */
export class StartError extends Error {
  override readonly name: string = 'StartError';
}

/** Returns an error's message, to print for a person at a terminal. A log has the whole error instead. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : foreignText(error);
}

const OTHER_PLACE = 'or set OUTDIAL_DATA_DIR to another directory';

const SENTENCES: Readonly<Record<string, (path: string, code: string) => string>> = {
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: notWritable,
  ENOENT: notWritable,
  ENOTDIR: fileInTheWay,
  EEXIST: fileInTheWay,
  ENOSPC: diskFull,
  EDQUOT: diskFull,
};

/** Turns an error of the file system in or below `place` into a sentence. Any other error is returned unchanged. */
export function explainFileError(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof StartError) return error;
  const { code, path = place, syscall } = error as NodeJS.ErrnoException;
  const isFileSystem = code !== undefined && syscall !== undefined && !NETWORK_CALLS.has(syscall);
  const sentence = isFileSystem ? SENTENCES[code] : undefined;
  return sentence ? new StartError(sentence(path, code ?? ''), { cause: error }) : error;
}

const NETWORK_CALLS: ReadonlySet<string> = new Set(['connect', 'listen', 'bind', 'getaddrinfo']);

export function diskFull(path: string): string {
  return `The disk of ${path} is full: free some space, ${OTHER_PLACE}.`;
}

/** Describes a directory that cannot be written. On a read-only disk, a recursive mkdir reports ENOENT. */
function notWritable(path: string, code: string): string {
  return `${path} is not writable by this user (${code}): change its owner, ${OTHER_PLACE}.`;
}

function fileInTheWay(path: string, code: string): string {
  return `${path} cannot be a directory, since a file is in the way (${code}): remove it, ${OTHER_PLACE}.`;
}
