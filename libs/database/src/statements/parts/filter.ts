import { createHash } from 'node:crypto';
import type { Statement } from '../../connection/sql.js';

/**
 * Conditions that a caller may leave out, as SQL with numbered parameters. The same choice of them makes the same text,
 * so it is planned once.
 */
export class Filter {
  readonly values: unknown[] = [];
  private readonly conditions: string[] = [];

  /** @param condition with `?` where the value's parameter goes. Left out when the value is null. */
  and(condition: string, value: unknown): this {
    if (value === null || value === undefined) return this;
    this.values.push(value);
    this.conditions.push(condition.replaceAll('?', `$${this.values.length}`));
    return this;
  }

  /** A condition whose parameters are there already. */
  andAlso(condition: string): this {
    this.conditions.push(condition);
    return this;
  }

  /** The number of a further parameter. */
  parameter(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  get where(): string {
    return this.conditions.join(' AND ');
  }
}

/** A statement whose text depends on what was chosen; PostgreSQL knows prepared statements by 63 characters at most. */
export function composed(name: string, text: string): Statement {
  return { name: `${name}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`, text };
}

/** A text to be found anywhere, as a pattern of LIKE. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}

/** Where a page of a list begins: after the row with this key and id. */
export interface ListPosition {
  readonly key: string;
  readonly id: string;
}

/** A page of a list that is read by its position. */
export interface PageWanted {
  readonly after: ListPosition | null;
  readonly limit: number;
}

/** The values of `afterPosition`'s parameters. */
export function positionValues({ after, limit }: PageWanted): unknown[] {
  return [after?.key ?? null, after?.id ?? null, limit];
}

/** Rows behind a position in the order of a time and the id; parameters 2 and 3 are the position, 4 is the limit. */
export function pageBy(time: string, direction: 'ASC' | 'DESC'): string {
  const behind = direction === 'ASC' ? '>' : '<';
  return `($2::timestamptz IS NULL OR (${time}, id) ${behind} ($2::timestamptz, $3::uuid))
      ORDER BY ${time} ${direction}, id ${direction} LIMIT $4`;
}

/** A row's `created_at` as a key that loses nothing, whatever the server's time zone. */
export const TIME_KEY = timeKey('created_at');

export function timeKey(time: string): string {
  return `(${time} AT TIME ZONE 'UTC')::text || '+00'`;
}
