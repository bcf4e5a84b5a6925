import { createHash } from 'node:crypto';
import type { Statement } from '../../connection/sql.js';

/**
 * Builds SQL conditions with numbered parameters from optional filters. The same choice of filters makes the same text,
 * so PostgreSQL plans it once.
 */
export class Filter {
  readonly values: unknown[] = [];
  private readonly conditions: string[] = [];

  /**
   * Adds a condition unless the value is null.
   * @param condition with `?` in place of the value's parameter.
   */
  and(condition: string, value: unknown): this {
    if (value === null || value === undefined) return this;
    this.values.push(value);
    this.conditions.push(condition.replaceAll('?', `$${this.values.length}`));
    return this;
  }

  /** Adds a condition whose parameters exist already. */
  andAlso(condition: string): this {
    this.conditions.push(condition);
    return this;
  }

  /**
   * Adds a parameter.
   * @returns its placeholder.
   */
  parameter(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  get where(): string {
    return this.conditions.join(' AND ');
  }
}

/**
 * Names a statement whose text depends on the filters. PostgreSQL keeps 63 characters of a prepared statement's name.
 */
export function composed(name: string, text: string): Statement {
  return { name: `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`, text };
}

/** Makes a LIKE pattern that finds a text anywhere. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}

/** Position after which a page of a list begins: the key and id of the row before it. */
export interface ListPosition {
  readonly key: string;
  readonly id: string;
}

/** A page of a list that is read from a position. */
export interface PageWanted {
  readonly after: ListPosition | null;
  readonly limit: number;
}

/** A page of a list that is read by its number, or from a position on. */
export interface NumberedPageWanted extends PageWanted {
  /** 0 with a position. */
  readonly offset: number;
}

/** Values of the parameters of `pageBy`, from the second on. */
export function positionValues({ after, limit }: PageWanted): unknown[] {
  return [after?.key ?? null, after?.id ?? null, limit];
}

/**
 * Condition and order of the rows after a position, by a time and the id. Parameters 2 and 3 are the position, 4 is the
 * limit.
 */
export function pageBy(time: string, direction: 'ASC' | 'DESC'): string {
  const behind = direction === 'ASC' ? '>' : '<';
  return `($2::timestamptz IS NULL OR (${time}, id) ${behind} ($2::timestamptz, $3::uuid))
      ORDER BY ${time} ${direction}, id ${direction} LIMIT $4`;
}

/** A row's `created_at` as text that loses nothing, in any time zone of the server. */
export const TIME_KEY = timeKey('created_at');

export function timeKey(time: string): string {
  return `(${time} AT TIME ZONE 'UTC')::text || '+00'`;
}
