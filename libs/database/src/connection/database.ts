import { Inject, Injectable, Optional } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import pg, { type Pool, type QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { isDeadlock } from './postgres-error.js';
import { TENANT_ROLE, TENANT_SETTING } from '#config/database-roles.js';
import { tenantInForce, workInForce, type UnnamedContext } from './actor.js';
import { Connection, queryOn, UNPREPARED } from './connection.js';
import type { ConnectionGate } from './connection-gate.js';
import type { Sql, Statement } from './sql.js';
import { TransactionRunner, type Transaction } from './transaction.js';

const MOST_ATTEMPTS = 3;

/** Token under which the module provides the treatment of statements without a context. */
export const UNNAMED_CONTEXT = Symbol('UnnamedContext');

/** Token under which the module provides the gate that shares connections out; null: first come, first served. */
export const CONNECTION_GATE = Symbol('ConnectionGate');

/**
 * Provides TypeORM's entity manager and runs hand-written statements, on TypeORM's own pool. Both are bound to the
 * tenant in force, and send prepared statements (docs/security.md).
 */
@Injectable()
export class Database implements Sql {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Optional() @Inject(UNNAMED_CONTEXT) private readonly unnamed: UnnamedContext = 'engine',
    @Optional() @Inject(CONNECTION_GATE) private readonly gate: ConnectionGate | null = null,
  ) {}

  /**
   * Runs one statement. For a tenant's user (`actAs`) it sees that tenant's rows alone, as `transaction` does.
   * @throws UnnamedContextError in the API, if no context is named.
   */
  async run<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    const tenantId = tenantInForce(this.unnamed);
    if (tenantId === null) return this.admitted(async () => (await queryOn<Row>(this.pool, statement, values)).rows);
    return this.admitted(() => this.attempt((tx) => tx.run<Row>(statement, values)));
  }

  /**
   * Runs `work` in one READ COMMITTED transaction, which is rolled back if `work` throws. After a deadlock it runs
   * `work` again, so `work` must change nothing but the database. `tx.manager` works on entities, `tx.run` runs
   * hand-written statements. Each sees what the other has written.
   * @param options `lockTimeoutMs`: longest wait for a lock; by default that of the connection.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.admitted(() => this.attempt(work, options));
      } catch (error) {
        if (attempt === MOST_ATTEMPTS || !isDeadlock(error)) throw error;
      }
    }
  }

  /** Runs `work` on one connection, outside of a transaction and for all tenants. */
  onConnection<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.admitted(() => this.withConnection(work));
  }

  private async withConnection<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const connection = new Connection(await this.pool.connect(), '');
    try {
      return await work(connection);
    } finally {
      connection.release();
    }
  }

  /**
   * Runs a task that uses a connection, once the gate allows it.
   * @throws ConnectionsBusy
   */
  private admitted<T>(task: () => Promise<T>): Promise<T> {
    return this.gate ? this.gate.run(workInForce(), task) : task();
  }

  private async attempt<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const tenantId = tenantInForce(this.unnamed);
    const connection = new Connection(await this.pool.connect(), tenantId === null ? '' : 'tenant:');
    const transaction = new TransactionRunner(this.dataSource, connection);
    try {
      await transaction.begin(beginning(tenantId, options));
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollBack();
      throw error;
    } finally {
      connection.release();
    }
  }

  private get pool(): Pool {
    return (this.dataSource.driver as PostgresDriver).master as Pool;
  }
}

const BEGIN = { name: 'begin', text: 'BEGIN' };

export interface TransactionOptions {
  readonly lockTimeoutMs?: number;
}

/**
 * Joins BEGIN and the settings in one message, which therefore has no name or values. The settings end with the
 * transaction.
 */
function beginning(tenantId: string | null, { lockTimeoutMs }: TransactionOptions): Statement {
  const tenant = tenantId !== null && [
    `SET LOCAL ROLE ${TENANT_ROLE}`,
    `SET LOCAL ${TENANT_SETTING} = ${pg.escapeLiteral(tenantId)}`,
  ];
  const settings = [
    ...(tenant || []),
    ...(lockTimeoutMs === undefined ? [] : [`SET LOCAL lock_timeout = ${lockTimeoutMs}`]),
  ];
  return settings.length === 0 ? BEGIN : { name: UNPREPARED, text: ['BEGIN', ...settings].join('; ') };
}
