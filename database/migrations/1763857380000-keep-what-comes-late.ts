import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A callback that cannot be applied is kept once, and not more of them than there is room for. */
export class KeepWhatComesLate1763857380000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE provider_callbacks
        ADD COLUMN telephony_account_id uuid,
        ADD COLUMN is_job_known boolean,
        ADD COLUMN digest bytea;
      UPDATE provider_callbacks SET digest = sha256(convert_to(body, 'UTF8')), is_job_known = problem <> 'no such dialer job';
      DELETE FROM provider_callbacks p USING provider_callbacks q
        WHERE (p.dialer_job_id, p.provider, p.digest) = (q.dialer_job_id, q.provider, q.digest) AND p.id > q.id;
      ALTER TABLE provider_callbacks ALTER COLUMN is_job_known SET NOT NULL, ALTER COLUMN digest SET NOT NULL;
      CREATE UNIQUE INDEX provider_callbacks_digest_key ON provider_callbacks (dialer_job_id, provider, digest);
      CREATE INDEX provider_callbacks_account_idx ON provider_callbacks (telephony_account_id, is_job_known)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX provider_callbacks_digest_key, provider_callbacks_account_idx;
      ALTER TABLE provider_callbacks DROP COLUMN telephony_account_id, DROP COLUMN is_job_known, DROP COLUMN digest`);
  }
}
