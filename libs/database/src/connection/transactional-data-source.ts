import { DataSource, type QueryRunner } from 'typeorm';

/**
 * The data source of a process. It runs nothing by itself: its own repositories would use any connection and see the
 * rows of all tenants. Entities are read and written with the manager of `Database.transaction`.
 */
export class TransactionalDataSource extends DataSource {
  /** @throws Error always: TypeORM asks for a query runner where `Database` has not given it one. */
  override createQueryRunner(): QueryRunner {
    throw new Error('No repository works outside of a transaction: use `tx.manager` of Database.transaction.');
  }
}
