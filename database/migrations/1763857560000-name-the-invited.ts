import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the invited person's name to invitations; existing invitations have none. */
export class NameTheInvited1763857560000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE one_time_links ADD COLUMN name varchar(255)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE one_time_links DROP COLUMN name`);
  }
}
