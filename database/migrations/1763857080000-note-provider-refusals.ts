import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Notes that a provider accepts no calls at present, with the reason and the time since when. */
export class NoteProviderRefusals1763857080000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE campaigns
        ADD COLUMN provider_refusal varchar(255),
        ADD COLUMN provider_refused_since timestamptz,
        ADD COLUMN provider_refused_until timestamptz,
        ADD CONSTRAINT campaigns_refusal_is_whole
          CHECK (num_nulls(provider_refusal, provider_refused_since, provider_refused_until) IN (0, 3))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE campaigns DROP COLUMN provider_refusal, DROP COLUMN provider_refused_since,
        DROP COLUMN provider_refused_until`);
  }
}
