import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counts the rows of an import that are kept for its rows.csv, and those beyond its limit. */
export class CountRowsLeftOut1763858500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE imports ADD COLUMN rows_kept integer NOT NULL DEFAULT 0,
        ADD COLUMN rows_left_out integer NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE imports DROP COLUMN rows_kept, DROP COLUMN rows_left_out`);
  }
}
