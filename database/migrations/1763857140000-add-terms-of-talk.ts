import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds a campaign's language, whether its calls are recorded, and its treatment of machines. */
export class AddTermsOfTalk1763857140000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE campaigns
        ADD COLUMN language varchar(35),
        ADD COLUMN record_calls boolean NOT NULL DEFAULT true,
        ADD COLUMN voicemail_action varchar(20) NOT NULL DEFAULT 'hangup'
          CONSTRAINT campaigns_voicemail_action_check CHECK (voicemail_action IN ('hangup', 'continue'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE campaigns DROP COLUMN language, DROP COLUMN record_calls, DROP COLUMN voicemail_action`,
    );
  }
}
