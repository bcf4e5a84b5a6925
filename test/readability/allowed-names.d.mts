export interface AllowedName {
  /** Word that is allowed; all if left out. */
  readonly word?: string;
  /** Matches names; any if left out. */
  readonly name?: RegExp;
  /** Matches paths; any if left out. */
  readonly path?: RegExp;
  readonly reason: string;
}

export const MOST_ENTRIES: number;
export const ALLOWED: readonly AllowedName[];
