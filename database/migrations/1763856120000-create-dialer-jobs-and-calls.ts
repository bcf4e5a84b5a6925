import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateDialerJobsAndCalls1763856120000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE dialer_jobs (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        tenant_id varchar(255) NOT NULL,
        campaign_id uuid NOT NULL,
        lead_id uuid NOT NULL REFERENCES leads ON DELETE CASCADE,
        phone_number varchar(20) NOT NULL,
        status varchar(50) NOT NULL DEFAULT 'queued' CONSTRAINT dialer_jobs_status_check
          CHECK (status IN ('queued', 'dialing', 'active', 'unconfirmed', 'succeeded', 'failed', 'canceled',
            'skipped')),
        reason varchar(255),
        publishes integer NOT NULL DEFAULT 0,
        lookups integer NOT NULL DEFAULT 0,
        check_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        dialing_at timestamptz,
        deadline_at timestamptz,
        finished_at timestamptz,
        FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns (tenant_id, id) ON DELETE CASCADE,
        CONSTRAINT dialer_jobs_live_is_checked
          CHECK ((status IN ('queued', 'dialing', 'active', 'unconfirmed')) = (check_at IS NOT NULL))
      );
      CREATE UNIQUE INDEX dialer_jobs_one_live_per_lead ON dialer_jobs (lead_id)
        WHERE status IN ('queued', 'dialing', 'active', 'unconfirmed');
      CREATE INDEX dialer_jobs_live_idx ON dialer_jobs (campaign_id, status)
        WHERE status IN ('queued', 'dialing', 'active', 'unconfirmed');
      CREATE INDEX dialer_jobs_check_idx ON dialer_jobs (check_at)
        WHERE status IN ('queued', 'dialing', 'active', 'unconfirmed');
      CREATE INDEX dialer_jobs_lead_id_idx ON dialer_jobs (lead_id);

      CREATE TABLE calls (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        tenant_id varchar(255) NOT NULL,
        campaign_id uuid NOT NULL,
        lead_id uuid NOT NULL REFERENCES leads ON DELETE CASCADE,
        dialer_job_id uuid NOT NULL UNIQUE REFERENCES dialer_jobs ON DELETE CASCADE,
        attempt integer NOT NULL CHECK (attempt > 0),
        phone_number varchar(20) NOT NULL,
        status varchar(50) NOT NULL DEFAULT 'initiated' CONSTRAINT calls_status_check
          CHECK (status IN ('initiated', 'ringing', 'in_progress', 'completed', 'no_answer', 'busy', 'failed',
            'canceled', 'lost')),
        outcome varchar(50) CONSTRAINT calls_outcome_check
          CHECK (outcome IN ('goal_reached', 'reached', 'voicemail', 'no_answer', 'busy', 'bad_number', 'refused',
                             'opt_out', 'callback_requested', 'provider_error', 'lost')),
        answered_by varchar(50) CONSTRAINT calls_answered_by_check
          CHECK (answered_by IN ('human', 'machine', 'fax', 'unknown')),
        end_reason varchar(255),
        provider varchar(50) NOT NULL,
        provider_call_id varchar(255),
        started_at timestamptz,
        answered_at timestamptz,
        ended_at timestamptz,
        duration_seconds integer CHECK (duration_seconds >= 0),
        recording_url text,
        transcript text,
        summary text,
        cost decimal(10,4),
        created_at timestamptz DEFAULT now(),
        updated_at timestamptz DEFAULT now(),
        FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns (tenant_id, id) ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX calls_one_live_per_number ON calls (tenant_id, phone_number)
        WHERE status IN ('initiated', 'ringing', 'in_progress');
      CREATE UNIQUE INDEX calls_provider_call_id_key ON calls (provider, provider_call_id);
      CREATE INDEX calls_campaign_id_idx ON calls (campaign_id, created_at DESC, id DESC);
      CREATE INDEX calls_lead_id_idx ON calls (lead_id);
      CREATE INDEX calls_status_idx ON calls (status, tenant_id, created_at DESC, id DESC);
      CREATE INDEX calls_tenant_id_idx ON calls (tenant_id, created_at DESC, id DESC);
      CREATE TRIGGER calls_set_updated_at BEFORE UPDATE ON calls
        FOR EACH ROW EXECUTE FUNCTION set_updated_at();

      CREATE TABLE call_events (
        call_id uuid NOT NULL REFERENCES calls ON DELETE CASCADE,
        event_key varchar(255) NOT NULL,
        tenant_id varchar(255) NOT NULL,
        status varchar(50),
        detail jsonb NOT NULL DEFAULT '{}',
        occurred_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (call_id, event_key)
      );

      CREATE TABLE conversations (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        tenant_id varchar(255) NOT NULL,
        call_id uuid NOT NULL UNIQUE REFERENCES calls ON DELETE CASCADE,
        messages jsonb NOT NULL DEFAULT '[]',
        status varchar(50) NOT NULL DEFAULT 'completed' CONSTRAINT conversations_status_check
          CHECK (status IN ('in_progress', 'completed')),
        created_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE recordings (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        tenant_id varchar(255) NOT NULL,
        call_id uuid NOT NULL UNIQUE REFERENCES calls ON DELETE CASCADE,
        provider varchar(50) NOT NULL,
        source_url text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE leases (
        name varchar(50) PRIMARY KEY,
        holder varchar(100) NOT NULL,
        expires_at timestamptz NOT NULL
      );
    `);
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${TABLES.toReversed().join(', ')}`);
  }
}

const TABLES = ['dialer_jobs', 'calls', 'call_events', 'conversations', 'recordings', 'leases'];
