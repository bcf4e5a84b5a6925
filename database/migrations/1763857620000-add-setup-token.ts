import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the hash of the token that the first user needs to register. Null: nobody can register, or somebody has. */
export class AddSetupToken1763857620000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE installation ADD COLUMN setup_token_hash bytea
        CONSTRAINT installation_setup_token_hash_is_sha256 CHECK (octet_length(setup_token_hash) = 32)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE installation DROP COLUMN setup_token_hash`);
  }
}
