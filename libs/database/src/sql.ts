import type { QueryResultRow } from 'pg';

/**
 * One hand-written statement. `name` makes PostgreSQL keep its plan per connection (a prepared statement);
 * it must be unique to the text.
 */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Something statements can be run on: the pool, or one transaction. */
export interface Sql {
  run<Row extends QueryResultRow>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
}
