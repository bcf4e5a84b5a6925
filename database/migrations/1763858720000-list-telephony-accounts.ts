import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds the index to list a tenant's accounts page by page. Writes to accounts wait for moments, as the table is small.
 */
export class ListTelephonyAccounts1763858720000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX telephony_accounts_oldest_idx ON telephony_accounts (tenant_id, created_at, id)
        WHERE deleted_at IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX telephony_accounts_oldest_idx`);
  }
}
