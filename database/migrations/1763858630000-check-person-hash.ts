import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keeps a value that identifies the key with which erased people are hashed. The next start stores it. */
export class CheckPersonHash1763858630000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE installation ADD COLUMN person_hash_check bytea
        CONSTRAINT installation_person_hash_check_is_sha256 CHECK (octet_length(person_hash_check) = 32)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE installation DROP COLUMN person_hash_check');
  }
}
