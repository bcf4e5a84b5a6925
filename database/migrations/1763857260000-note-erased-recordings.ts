import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Marks recordings that are to be deleted at the provider, which belong to no person until then. */
export class NoteErasedRecordings1763857260000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE recordings ADD COLUMN is_erased boolean NOT NULL DEFAULT false`);
    await runner.query(`CREATE INDEX recordings_is_erased_idx ON recordings (created_at) WHERE is_erased`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE recordings DROP COLUMN is_erased`);
  }
}
