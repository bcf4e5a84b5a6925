import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds the sentences with which calls begin: that no person speaks, and that the call is recorded. Existing campaigns
 * and tenants have none of their own, so the default sentences apply. Calling hours are recomputed, since they note
 * from now on which sentences the law of an area requires.
 */
export class AddFirstWords1763858400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE tenants ADD COLUMN disclosure varchar(500), ADD COLUMN recording_notice varchar(500);
      GRANT UPDATE (disclosure, recording_notice) ON tenants TO outdial_tenant;
      ALTER TABLE campaigns ADD COLUMN disclosure varchar(500), ADD COLUMN recording_notice varchar(500);
      ALTER TABLE installation ADD COLUMN route_prompt jsonb;
      ALTER TABLE calls ADD COLUMN first_words_said varchar(20);
      UPDATE campaign_hours SET opens_at = '-infinity', closes_at = '-infinity';
      UPDATE campaigns SET wake_at = now() WHERE status = 'running'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE leads SET block_code = NULL, next_attempt_at = greatest(now(), retry_at)
        WHERE block_code = 'no_disclosure';
      ALTER TABLE calls DROP COLUMN first_words_said;
      ALTER TABLE installation DROP COLUMN route_prompt;
      ALTER TABLE campaigns DROP COLUMN disclosure, DROP COLUMN recording_notice;
      ALTER TABLE tenants DROP COLUMN disclosure, DROP COLUMN recording_notice`);
  }
}
