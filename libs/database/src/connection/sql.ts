import type { QueryResultRow } from 'pg';

/**
 * A hand-written statement. With a `name`, PostgreSQL keeps its plan on each connection (a prepared statement). The
 * name must be unique to the text.
 */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /** Limit for the few statements that may take longer; `allowMinutes` lifts the server's own limit. */
  readonly timeoutMs?: number;
}

/** Runs statements: the pool does, and one transaction does. */
export interface Sql {
  run<Row extends QueryResultRow>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
}
