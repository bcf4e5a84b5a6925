import type { MigrationInterface, QueryRunner } from 'typeorm';

const KINDS = `'ordinary', 'premium_rate', 'shared_cost', 'personal_number', 'pager', 'uan', 'voicemail', 'toll_free',
  'non_geographic'`;

/** Adds the kind `unknown`: a number that begins as no ordinary number of its country does. */
export class AddUnknownNumbers1763858220000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE places DROP CONSTRAINT places_number_kind_check,
        ADD CONSTRAINT places_number_kind_check CHECK (number_kind IN (${KINDS}, 'unknown'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE places SET number_kind = NULL WHERE number_kind = 'unknown';
      ALTER TABLE places DROP CONSTRAINT places_number_kind_check,
        ADD CONSTRAINT places_number_kind_check CHECK (number_kind IN (${KINDS}))`);
  }
}
