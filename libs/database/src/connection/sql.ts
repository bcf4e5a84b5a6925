import type { QueryResultRow } from 'pg';

/**
 * One hand-written statement. `name` makes PostgreSQL keep its plan per connection (a prepared statement);
 * it must be unique to the text.
 */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /** For the few that may take longer than others; the server's own limit is lifted with `allowMinutes`. */
  readonly timeoutMs?: number;
}

/** Something statements can be run on: the pool, or one transaction. */
export interface Sql {
  run<Row extends QueryResultRow>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
}
