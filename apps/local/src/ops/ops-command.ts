import { isUuid } from '#runtime/uuid.js';
import type { ParseArgsConfig } from 'node:util';
import type { OpsContext } from './ops-context.js';

/** Result of a command. */
export interface OpsReport {
  readonly text: string;
  /** True: the command found a fault or failed, and the process exits with 1. */
  readonly isFailure: boolean;
}

export interface OpsArguments {
  readonly positionals: readonly string[];
  readonly flags: ReadonlySet<string>;
  /** Options that have a value. */
  readonly values: Readonly<Record<string, string>>;
}

export interface OpsCommand {
  /** Name of one or two words, such as `tenant create`. */
  readonly name: string;
  /** Arguments, as an operator types them. */
  readonly usage: string;
  /** Description in one line. */
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /**
   * Reads the arguments without a database. The function that it returns does the work. Commands with `--yes` change
   * nothing without that option.
   * @throws UsageError
   */
  prepare(given: OpsArguments): (context: OpsContext) => Promise<OpsReport>;
}

/** Error about wrong arguments, as a sentence to print. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const YES = { yes: { type: 'boolean' } } as const;

export function done(...messages: readonly string[]): OpsReport {
  return { text: messages.join('\n'), isFailure: false };
}

export function refused(...messages: readonly string[]): OpsReport {
  return { text: messages.join('\n'), isFailure: true };
}

/**
 * Reads the only positional argument, an id.
 * @throws UsageError
 */
export function requiredId({ positionals }: OpsArguments, what: string): string {
  const id = optionalId({ positionals }, what);
  if (id === null) throw new UsageError(`Say which ${what}: its id is missing.`);
  return id;
}

/**
 * Reads the only positional argument, an id; null if it is missing.
 * @throws UsageError
 */
export function optionalId({ positionals }: Pick<OpsArguments, 'positionals'>, what: string): string | null {
  const [id, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`One ${what} at a time: "${more.join(' ')}" is too much.`);
  if (id !== undefined && !isUuid(id)) throw new UsageError(`"${id}" is not the id of a ${what}: it is no UUID.`);
  return id?.toLowerCase() ?? null;
}
