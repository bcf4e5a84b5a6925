import pg, { type Pool, type PoolClient, type QueryResult, type QueryResultRow } from 'pg';
import type { Sql, Statement } from './sql.js';
import { StatementNames } from './statement-names.js';

/** Name of a statement that is sent without being prepared. */
export const UNPREPARED = '';

/** Names of one process: a text has the same name on each connection. */
const STATEMENT_NAMES = new StatementNames();

/** Thrown for a statement of a transaction that has ended: its connection may serve another tenant by now. */
export class TransactionEndedError extends Error {
  override readonly name = 'TransactionEndedError';
}

/**
 * A connection that is out of the pool. The pool listens to errors of its idle connections only, and an unheard error
 * would end the process. A connection with an error that the server did not send is destroyed.
 */
export class Connection implements Sql {
  private broken: Error | undefined;
  private isReleased = false;
  private readonly onError = (error: Error) => (this.broken = error);

  /** @param prefix of the names of statements, as a plan is made for one role. */
  constructor(
    private readonly client: PoolClient,
    private readonly prefix: string,
  ) {
    client.on('error', this.onError);
  }

  async run<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.send<Row>(statement, values)).rows;
  }

  /**
   * Runs a statement of TypeORM, which has no names for statements. A statement with parameters is prepared, like
   * hand-written ones.
   */
  query(text: string, parameters?: readonly unknown[]): Promise<QueryResult> {
    return this.send({ name: parameters ? STATEMENT_NAMES.nameOf(text) : UNPREPARED, text }, parameters ?? []);
  }

  private async send<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]) {
    if (this.isReleased) throw new TransactionEndedError('A statement was not run: its transaction has ended.');
    try {
      const name = statement.name === UNPREPARED ? UNPREPARED : this.prefix + statement.name;
      return await queryOn<Row>(this.client, { ...statement, name }, values);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) this.broken = error as Error;
      throw error;
    }
  }

  /**
   * Rolls back, unless the connection is broken: then it would only wait for another timeout. The server rolls back
   * itself.
   */
  async rollBack(): Promise<void> {
    if (!this.broken) await this.run(ROLLBACK).catch(() => undefined);
  }

  release(): void {
    this.isReleased = true;
    this.client.off('error', this.onError);
    this.client.release(this.broken);
  }
}

const ROLLBACK = { name: 'rollback', text: 'ROLLBACK' };

/** Runs a statement on any connection of the pool, or on the given one. A named statement is prepared. */
export function queryOn<Row extends QueryResultRow>(
  target: Pool | PoolClient,
  { name, text, timeoutMs }: Statement,
  values: readonly unknown[],
): Promise<QueryResult<Row>> {
  return target.query<Row>({
    text,
    values: [...values],
    ...(name !== UNPREPARED && { name }),
    ...(timeoutMs !== undefined && { query_timeout: timeoutMs }),
  } as pg.QueryConfig);
}
