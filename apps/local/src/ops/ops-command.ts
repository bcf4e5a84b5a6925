import type { ParseArgsConfig } from 'node:util';
import type { OpsDesk } from './ops-context.js';

/** What a command found or did. */
export interface OpsReport {
  readonly text: string;
  /** The process ends with 1: something is amiss, or could not be done. */
  readonly isFailure: boolean;
}

export interface OpsArguments {
  readonly positionals: readonly string[];
  readonly flags: ReadonlySet<string>;
  /** Options that have a value. */
  readonly values: Readonly<Record<string, string>>;
}

export interface OpsCommand {
  /** One word, or two: `tenant create`. */
  readonly name: string;
  /** Its arguments, as they are typed. */
  readonly usage: string;
  /** One line. */
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /**
   * Reads the arguments, with no database yet; what it gives back does the work. Of a command that has `--yes`, that
   * must change nothing without it.
   * @throws UsageError
   */
  prepare(given: OpsArguments): (desk: OpsDesk) => Promise<OpsReport>;
}

/** Wrong arguments, as a sentence to print. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const YES = { yes: { type: 'boolean' } } as const;

export function done(...lines: readonly string[]): OpsReport {
  return { text: lines.join('\n'), isFailure: false };
}

export function refused(...lines: readonly string[]): OpsReport {
  return { text: lines.join('\n'), isFailure: true };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The only positional argument, an id. @throws UsageError */
export function requiredId({ positionals }: OpsArguments, what: string): string {
  const id = optionalId({ positionals }, what);
  if (id === null) throw new UsageError(`Say which ${what}: its id is missing.`);
  return id;
}

/** As `requiredId`, null where there is none. @throws UsageError */
export function optionalId({ positionals }: Pick<OpsArguments, 'positionals'>, what: string): string | null {
  const [id, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`One ${what} at a time: "${more.join(' ')}" is too much.`);
  if (id !== undefined && !UUID.test(id)) throw new UsageError(`"${id}" is not the id of a ${what}: it is no UUID.`);
  return id?.toLowerCase() ?? null;
}
