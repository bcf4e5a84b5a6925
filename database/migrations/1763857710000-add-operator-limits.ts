import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the operator's limits of each tenant. A tenant's own role may write the tenant's columns, and none of these. */
export class AddOperatorLimits1763857710000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE installation
        ADD COLUMN tenant_minutes integer NOT NULL DEFAULT -1,
        ADD COLUMN tenant_concurrent_calls integer NOT NULL DEFAULT -1,
        ADD COLUMN tenant_calls_per_day integer NOT NULL DEFAULT -1,
        ADD COLUMN tenant_open_imports integer NOT NULL DEFAULT -1,
        ADD COLUMN tenant_import_bytes bigint NOT NULL DEFAULT -1,
        ADD CONSTRAINT installation_tenant_limits_check
          CHECK (least(tenant_minutes, tenant_concurrent_calls, tenant_calls_per_day, tenant_open_imports,
            tenant_import_bytes) >= -1);
      ALTER TABLE tenants
        ADD COLUMN limit_minutes integer,
        ADD COLUMN limit_concurrent_calls integer,
        ADD COLUMN limit_calls_per_day integer,
        ADD COLUMN limit_open_imports integer,
        ADD COLUMN limit_import_bytes bigint,
        ADD COLUMN operator_minutes_used integer NOT NULL DEFAULT 0 CONSTRAINT tenants_operator_minutes_used_check
          CHECK (operator_minutes_used >= 0),
        ADD COLUMN operator_minutes_reserved integer NOT NULL DEFAULT 0
          CONSTRAINT tenants_operator_minutes_reserved_check CHECK (operator_minutes_reserved >= 0),
        ADD COLUMN operator_calls_on date,
        ADD COLUMN operator_calls integer NOT NULL DEFAULT 0 CONSTRAINT tenants_operator_calls_check
          CHECK (operator_calls >= 0),
        ADD CONSTRAINT tenants_limits_check
          CHECK (least(limit_minutes, limit_concurrent_calls, limit_calls_per_day, limit_open_imports,
            limit_import_bytes) >= -1);
      ALTER TABLE calls
        ADD COLUMN operator_reserved_minutes integer CONSTRAINT calls_operator_reserved_minutes_check
          CHECK (operator_reserved_minutes > 0),
        ADD COLUMN operator_charged_minutes integer CONSTRAINT calls_operator_charged_minutes_check
          CHECK (operator_charged_minutes >= 0);
      ALTER TABLE campaigns DROP CONSTRAINT campaigns_status_reason_check,
        ADD CONSTRAINT campaigns_status_reason_check
          CHECK (status_reason IN ('user', 'budget', 'provider_account', 'circuit_breaker', 'kill_switch',
            'operator_limit'));
      REVOKE UPDATE ON tenants FROM outdial_tenant;
      GRANT UPDATE (business_name, default_country, minutes_remaining, dialing_halted_at, dialing_halted_reason,
        uses_rule_packs,
        min_gap_seconds, cap_attempts, cap_days, recordings_days, transcripts_days) ON tenants TO outdial_tenant`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      REVOKE UPDATE (business_name, default_country, minutes_remaining, dialing_halted_at, dialing_halted_reason,
        uses_rule_packs,
        min_gap_seconds, cap_attempts, cap_days, recordings_days, transcripts_days) ON tenants FROM outdial_tenant;
      GRANT UPDATE ON tenants TO outdial_tenant;
      UPDATE campaigns SET status_reason = 'budget' WHERE status_reason = 'operator_limit';
      ALTER TABLE campaigns DROP CONSTRAINT campaigns_status_reason_check,
        ADD CONSTRAINT campaigns_status_reason_check
          CHECK (status_reason IN ('user', 'budget', 'provider_account', 'circuit_breaker', 'kill_switch'));
      ALTER TABLE calls DROP COLUMN operator_reserved_minutes, DROP COLUMN operator_charged_minutes;
      ALTER TABLE tenants DROP COLUMN limit_minutes, DROP COLUMN limit_concurrent_calls,
        DROP COLUMN limit_calls_per_day,
        DROP COLUMN limit_open_imports, DROP COLUMN limit_import_bytes, DROP COLUMN operator_minutes_used,
        DROP COLUMN operator_minutes_reserved, DROP COLUMN operator_calls_on, DROP COLUMN operator_calls;
      ALTER TABLE installation DROP COLUMN tenant_minutes, DROP COLUMN tenant_concurrent_calls,
        DROP COLUMN tenant_calls_per_day,
        DROP COLUMN tenant_open_imports, DROP COLUMN tenant_import_bytes`);
  }
}
