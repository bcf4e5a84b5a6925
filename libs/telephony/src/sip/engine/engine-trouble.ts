/** Why there is no engine, in a word that goes with every call that is refused for it. */
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

/** With a word of its own. */
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
