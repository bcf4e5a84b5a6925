import { QueryFailedError, type DataSource, type EntityManager } from 'typeorm';
import type { IsolationLevel } from 'typeorm/driver/types/IsolationLevel.js';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import type { Connection } from './connection.js';
import type { Sql, Statement } from './sql.js';

/** A transaction in which entities and hand-written statements see the same rows, as the same role. */
export interface Transaction extends Sql {
  /** Works on entities. Fails once the transaction has ended. */
  readonly manager: EntityManager;
}

const COMMIT = { name: 'commit', text: 'COMMIT' };

/**
 * The query runner of one transaction, on a connection that is out of the pool.
 *
 * TypeORM begins a transaction for each `save` unless its query runner has begun one. In a transaction that it does not
 * know, its COMMIT would end that one and the tenant's role. So this runner alone begins and ends the transaction, and
 * sends the role with the first message. Transactions within it are savepoints.
 */
export class TransactionRunner extends PostgresQueryRunner implements Transaction {
  constructor(
    dataSource: DataSource,
    private readonly connected: Connection,
  ) {
    super(dataSource.driver as PostgresDriver, 'master');
    this.manager = dataSource.createEntityManager(this);
  }

  run: Sql['run'] = (statement, values) => this.connected.run(statement, values);

  /**
   * Begins the transaction.
   * @param beginning begins it and sets role and tenant, in one message.
   */
  async begin(beginning: Statement): Promise<void> {
    await this.connected.run(beginning);
    this.isTransactionActive = true;
    this.transactionDepth = 1;
  }

  async commit(): Promise<void> {
    this.end();
    await this.connected.run(COMMIT);
  }

  async rollBack(): Promise<void> {
    this.end();
    await this.connected.rollBack();
  }

  /** Disables the runner: a manager that the caller has kept fails from here on. */
  private end(): void {
    this.isTransactionActive = false;
    this.isReleased = true;
  }

  override connect(): Promise<Connection> {
    return Promise.resolve(this.connected);
  }

  /** Sets a savepoint. @throws Error where `begin` has not been called. */
  override startTransaction(isolationLevel?: IsolationLevel): Promise<void> {
    this.requireDepth(1);
    return super.startTransaction(isolationLevel);
  }

  /** Keeps what has been done since the savepoint. @throws Error without one: `Database` alone commits. */
  override commitTransaction(): Promise<void> {
    this.requireDepth(2);
    return super.commitTransaction();
  }

  /** Undoes what has been done since the savepoint. @throws Error without one. */
  override rollbackTransaction(): Promise<void> {
    this.requireDepth(2);
    return super.rollbackTransaction();
  }

  private requireDepth(depth: number): void {
    if (this.transactionDepth < depth) throw new Error('Database.transaction alone begins and ends a transaction.');
  }

  /**
   * Runs a statement of TypeORM.
   * @throws DatabaseError of pg, as hand-written statements do. TypeORM's own error has all values, which may be
   * private.
   */
  override query(...query: Parameters<PostgresQueryRunner['query']>): ReturnType<PostgresQueryRunner['query']> {
    return super.query(...query).catch((error: unknown) => {
      throw error instanceof QueryFailedError ? error.driverError : error;
    });
  }

  /** Does nothing: `Database` releases the connection. */
  override release(): Promise<void> {
    return Promise.resolve();
  }
}
