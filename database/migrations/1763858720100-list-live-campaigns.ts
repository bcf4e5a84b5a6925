import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the index to read a page of campaigns without the archived ones, however many those are. */
export class ListLiveCampaigns1763858720100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX campaigns_listed_idx ON campaigns (tenant_id, created_at DESC, id DESC) WHERE status <> 'archived'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX campaigns_listed_idx`);
  }
}
