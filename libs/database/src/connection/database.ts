import { Inject, Injectable, Optional } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import pg, { type Pool, type PoolClient, type QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { isDeadlock } from './postgres-error.js';
import { TENANT_ROLE, TENANT_SETTING } from '#config/database-roles.js';
import { tenantInForce, workInForce, type UnnamedContext } from './actor.js';
import type { ConnectionGate } from './connection-gate.js';
import type { Sql, Statement } from './sql.js';

const MOST_ATTEMPTS = 3;

/** Under this token the module keeps what becomes of a statement that no context is named for. */
export const UNNAMED_CONTEXT = Symbol('UnnamedContext');

/** Under this token the module keeps how connections are shared out; null: who comes first is served first. */
export const CONNECTION_GATE = Symbol('ConnectionGate');

/**
 * Hand-written statements, run as prepared statements on TypeORM's own pool, so that a process has one pool.
 * TypeORM's repositories stay for simple reads and writes; `DataSource.query` cannot prepare a statement.
 */
@Injectable()
export class Database implements Sql {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Optional() @Inject(UNNAMED_CONTEXT) private readonly unnamed: UnnamedContext = 'engine',
    @Optional() @Inject(CONNECTION_GATE) private readonly gate: ConnectionGate | null = null,
  ) {}

  /**
   * On behalf of a tenant's user (`actAs`) it sees that tenant's rows alone, as does `transaction`.
   * @throws UnnamedContextError in the API, where nobody has said for whom.
   */
  async run<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    const tenantId = tenantInForce(this.unnamed);
    if (tenantId === null) return this.admitted(() => runOn<Row>(this.pool, statement, values));
    return this.admitted(() => this.attempt((sql) => sql.run<Row>(statement, values)));
  }

  /**
   * Runs `work` in one transaction: READ COMMITTED, rolled back when `work` throws. It is run again when PostgreSQL
   * chose it as the victim of a deadlock, so `work` must touch nothing but the database.
   * @param options `lockTimeoutMs`: how long a lock is waited for; else as long as anybody's.
   */
  async transaction<T>(work: (sql: Sql) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
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

  /** Does what takes a connection, once there is one for it. @throws ConnectionsBusy */
  private admitted<T>(task: () => Promise<T>): Promise<T> {
    return this.gate ? this.gate.run(workInForce(), task) : task();
  }

  private async attempt<T>(work: (sql: Sql) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const tenantId = tenantInForce(this.unnamed);
    const connection = new Connection(await this.pool.connect(), tenantId === null ? '' : 'tenant:');
    try {
      await connection.run(beginning(tenantId, options));
      const result = await work(connection);
      await connection.run(COMMIT);
      return result;
    } catch (error) {
      await connection.rollBack();
      throw error;
    } finally {
      connection.release();
    }
  }

  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { readonly master: Pool }).master;
  }
}

const BEGIN = { name: 'begin', text: 'BEGIN' };
const COMMIT = { name: 'commit', text: 'COMMIT' };
const ROLLBACK = { name: 'rollback', text: 'ROLLBACK' };

export interface TransactionOptions {
  readonly lockTimeoutMs?: number;
}

/** Several statements in one message, and so without a name or values. What they set ends with the transaction. */
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

/** The name of a statement that is sent as it is. */
const UNPREPARED = '';

/**
 * A connection that is out of the pool. The pool watches over its own connections only: one that breaks here would end
 * the process, were nobody listening. What the server did not answer itself (a timeout of ours, a lost peer) leaves a
 * connection that is not used again.
 */
class Connection implements Sql {
  private broken: Error | undefined;
  private readonly onError = (error: Error) => (this.broken = error);

  /** @param prefix of the names of statements: a plan holds for the role that it was made for. */
  constructor(
    private readonly client: PoolClient,
    private readonly prefix: string,
  ) {
    client.on('error', this.onError);
  }

  async run<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      const name = statement.name === UNPREPARED ? UNPREPARED : this.prefix + statement.name;
      return await runOn<Row>(this.client, { ...statement, name }, values);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) this.broken = error as Error;
      throw error;
    }
  }

  /** To roll back on a connection that is broken would only wait for one more timeout: the server does it by itself. */
  async rollBack(): Promise<void> {
    if (!this.broken) await this.run(ROLLBACK).catch(() => undefined);
  }

  release(): void {
    this.client.off('error', this.onError);
    this.client.release(this.broken);
  }
}

async function runOn<Row extends QueryResultRow>(
  target: Pool | PoolClient,
  { name, text, timeoutMs }: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const result = await target.query<Row>({
    text,
    ...(name === UNPREPARED ? {} : { name, values: [...values] }),
    ...(timeoutMs === undefined ? {} : { query_timeout: timeoutMs }),
  } as pg.QueryConfig);
  return result.rows;
}
