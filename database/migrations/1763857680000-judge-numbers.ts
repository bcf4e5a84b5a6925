import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds the kinds of numbers and the countries that may be called. Numbers of earlier versions are judged when their
 * campaign is next claimed. Tenants' existing accounts may call every country until a tenant names the allowed ones.
 */
export class JudgeNumbers1763857680000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE places
        ADD COLUMN number_country varchar(3),
        ADD COLUMN number_kind varchar(50) CONSTRAINT places_number_kind_check
          CHECK (number_kind IN ('ordinary', 'premium_rate', 'shared_cost',
          'personal_number', 'pager', 'uan', 'voicemail', 'toll_free', 'non_geographic'));
      ALTER TABLE installation
        ADD COLUMN allowed_countries jsonb,
        ADD COLUMN allowed_number_kinds jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN number_rules varchar(50),
        ADD COLUMN settings_changes integer NOT NULL DEFAULT 0,
        ADD COLUMN settings_answered integer NOT NULL DEFAULT 0;
      ALTER TABLE telephony_accounts ADD COLUMN allowed_countries jsonb
        CONSTRAINT telephony_accounts_allowed_countries_check
        CHECK (jsonb_array_length(allowed_countries) > 0);
      UPDATE telephony_accounts SET allowed_countries = '["*"]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE leads SET block_code = NULL, next_attempt_at = now()
        WHERE block_code IN ('number_kind', 'country_not_allowed') AND status = 'pending';
      ALTER TABLE telephony_accounts DROP COLUMN allowed_countries;
      ALTER TABLE installation DROP COLUMN allowed_countries, DROP COLUMN allowed_number_kinds,
        DROP COLUMN number_rules,
        DROP COLUMN settings_changes, DROP COLUMN settings_answered;
      ALTER TABLE places DROP COLUMN number_country, DROP COLUMN number_kind`);
  }
}
