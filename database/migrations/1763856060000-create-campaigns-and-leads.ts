import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCampaignsAndLeads1763856060000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.updated_at = now();
        RETURN NEW;
      END $$;

      CREATE TABLE campaigns (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
        name varchar(255) NOT NULL,
        description text,
        status varchar(50) NOT NULL DEFAULT 'draft' CONSTRAINT campaigns_status_check
          CHECK (status IN ('draft', 'scheduled', 'running', 'paused', 'stopped', 'completed', 'archived')),
        status_reason varchar(50) CONSTRAINT campaigns_status_reason_check
          CHECK (status_reason IN ('user', 'budget', 'provider_account', 'circuit_breaker', 'kill_switch')),
        system_prompt text NOT NULL,
        voice_id varchar(100) NOT NULL,
        first_message text,
        max_concurrent_calls integer DEFAULT 10 CHECK (max_concurrent_calls > 0),
        retry_failed boolean DEFAULT true,
        max_retries integer DEFAULT 3 CHECK (max_retries >= 0),
        ring_timeout_seconds integer NOT NULL DEFAULT 30 CHECK (ring_timeout_seconds BETWEEN 15 AND 120),
        max_call_seconds integer NOT NULL DEFAULT 600 CHECK (max_call_seconds BETWEEN 5 AND 7200),
        default_country char(2) CHECK (default_country ~ '^[A-Z]{2}$'),
        created_at timestamptz DEFAULT now(),
        started_at timestamptz,
        completed_at timestamptz,
        total_leads integer DEFAULT 0 CHECK (total_leads >= 0),
        calls_completed integer DEFAULT 0 CHECK (calls_completed >= 0),
        calls_failed integer DEFAULT 0 CHECK (calls_failed >= 0),
        updated_at timestamptz DEFAULT now(),
        UNIQUE (tenant_id, id)
      );
      CREATE INDEX campaigns_status_idx ON campaigns (status);
      CREATE INDEX campaigns_tenant_id_idx ON campaigns (tenant_id, created_at DESC, id DESC);
      CREATE TRIGGER campaigns_set_updated_at BEFORE UPDATE ON campaigns
        FOR EACH ROW EXECUTE FUNCTION set_updated_at();

      CREATE TABLE leads (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        tenant_id varchar(255) NOT NULL,
        campaign_id uuid NOT NULL,
        phone_number varchar(20) NOT NULL CHECK (phone_number ~ '^\\+[1-9][0-9]{1,14}$'),
        first_name varchar(100),
        last_name varchar(100),
        email varchar(255),
        custom_fields jsonb DEFAULT '{}',
        created_at timestamptz DEFAULT now(),
        last_called_at timestamptz,
        call_attempts integer DEFAULT 0 CHECK (call_attempts >= 0),
        status varchar(50) DEFAULT 'pending' NOT NULL CONSTRAINT leads_status_check
          CHECK (status IN ('pending', 'in_progress', 'completed', 'exhausted', 'invalid', 'suppressed', 'expired',
            'removed')),
        outcome varchar(50),
        next_attempt_at timestamptz NOT NULL DEFAULT now(),
        block_code varchar(50),
        updated_at timestamptz DEFAULT now(),
        FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns (tenant_id, id) ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX leads_campaign_id_phone_number_key ON leads (campaign_id, phone_number);
      CREATE INDEX leads_status_idx ON leads (status, campaign_id, next_attempt_at);
      CREATE INDEX leads_phone_number_idx ON leads (phone_number);
      CREATE INDEX leads_campaign_id_idx ON leads (campaign_id, created_at DESC, id DESC);
      CREATE TRIGGER leads_set_updated_at BEFORE UPDATE ON leads
        FOR EACH ROW EXECUTE FUNCTION set_updated_at();
    `);
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${TABLES.toReversed().join(', ')}`);
    await runner.query('DROP FUNCTION set_updated_at()');
  }
}

const TABLES = ['campaigns', 'leads'];
