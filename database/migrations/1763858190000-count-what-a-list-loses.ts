import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Counts the rows of a do-not-call import whose number is not listed. Counts those listed without an end for lack of a
 * date, too.
 */
export class CountWhatAListLoses1763858190000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE imports ADD COLUMN listed_for_good integer NOT NULL DEFAULT 0,
        ADD COLUMN not_listed integer NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE imports DROP COLUMN listed_for_good, DROP COLUMN not_listed`);
  }
}
