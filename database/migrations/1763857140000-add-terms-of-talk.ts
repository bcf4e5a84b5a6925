import type { MigrationInterface, QueryRunner } from 'typeorm';

/** In which language a campaign talks, whether that is recorded, and what it does with a machine. */
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
