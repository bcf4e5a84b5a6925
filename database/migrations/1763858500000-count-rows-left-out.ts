import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many rows of an import are kept for its rows.csv, and how many are beyond what is kept. */
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
