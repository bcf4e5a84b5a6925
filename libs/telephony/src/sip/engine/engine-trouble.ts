/** Reason why there is no engine. It is the code of every call that is rejected for it. */
export type EngineTrouble =
  | 'engine_unavailable'
  | 'engine_not_installed'
  | 'engine_ends_at_once'
  | 'engine_silent'
  | 'local_address_unavailable'
  | 'disk_full'
  | 'directory_unusable';

const BY_CODE: Readonly<Record<string, EngineTrouble>> = {
  ENOENT: 'engine_not_installed',
  EADDRNOTAVAIL: 'local_address_unavailable',
  EADDRINUSE: 'local_address_unavailable',
  ENOSPC: 'disk_full',
  EACCES: 'directory_unusable',
  EROFS: 'directory_unusable',
};

/** Failure with a code of its own. */
export class EngineFailure extends Error {
  constructor(
    readonly trouble: EngineTrouble,
    message: string,
  ) {
    super(message);
  }
}

export function troubleOf(error: unknown): EngineTrouble {
  if (error instanceof EngineFailure) return error.trouble;
  return BY_CODE[(error as NodeJS.ErrnoException | null)?.code ?? ''] ?? 'engine_unavailable';
}
