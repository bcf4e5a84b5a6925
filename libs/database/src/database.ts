import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { isDeadlock } from './postgres-error.js';
import type { Sql, Statement } from './sql.js';

const MOST_ATTEMPTS = 3;

/**
 * Hand-written statements, run as prepared statements on TypeORM's own pool, so that a process has one pool.
 * TypeORM's repositories stay for simple reads and writes; `DataSource.query` cannot prepare a statement.
 */
@Injectable()
export class Database implements Sql {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  run<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    return runOn<Row>(this.pool, statement, values);
  }

  /**
   * Runs `work` in one transaction: READ COMMITTED, rolled back when `work` throws. It is run again when PostgreSQL chose it as the victim
   * of a deadlock, so `work` must touch nothing but the database.
   */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (attempt === MOST_ATTEMPTS || !isDeadlock(error)) throw error;
      }
    }
  }

  private async attempt<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(sqlOn(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      broken = await rollBack(client);
      throw error;
    } finally {
      client.release(broken);
    }
  }

  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { readonly master: Pool }).master;
  }
}

function sqlOn(client: PoolClient): Sql {
  return { run: (statement, values = []) => runOn(client, statement, values) };
}

async function runOn<Row extends QueryResultRow>(
  target: Pool | PoolClient,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const result = await target.query<Row>({ name, text, values: [...values] });
  return result.rows;
}

/** A connection that cannot even roll back is not given back to the pool. */
async function rollBack(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
