-- The present schema on one page. The migrations beside this file lead here; a test builds a database from each and compares the catalogs.
-- Change both in one commit. TypeORM's own `schema_migrations` is not shown.

CREATE TABLE tenants (
  id varchar(255) PRIMARY KEY DEFAULT gen_random_uuid()::text,
  business_name varchar(255) NOT NULL,
  default_country char(2) CHECK (default_country ~ '^[A-Z]{2}$'),
  minutes_remaining integer CHECK (minutes_remaining >= 0),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE user_profiles (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
  email varchar(255) NOT NULL,
  name varchar(255),
  role varchar(50) NOT NULL DEFAULT 'user' CHECK (role IN ('admin', 'user', 'viewer')),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX user_profiles_email_key ON user_profiles (lower(email));
CREATE INDEX user_profiles_tenant_id_idx ON user_profiles (tenant_id);

CREATE TABLE user_credentials (
  user_id uuid PRIMARY KEY REFERENCES user_profiles ON DELETE CASCADE,
  password_hash text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE auth_sessions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES user_profiles ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);
CREATE INDEX auth_sessions_user_id_idx ON auth_sessions (user_id);

CREATE TABLE refresh_tokens (
  token_hash bytea PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES auth_sessions ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id);

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
  phone_number varchar(20) NOT NULL CHECK (phone_number ~ '^\+[1-9][0-9]{1,14}$'),
  first_name varchar(100),
  last_name varchar(100),
  email varchar(255),
  custom_fields jsonb DEFAULT '{}',
  created_at timestamptz DEFAULT now(),
  last_called_at timestamptz,
  call_attempts integer DEFAULT 0 CHECK (call_attempts >= 0),
  status varchar(50) DEFAULT 'pending' NOT NULL CONSTRAINT leads_status_check
    CHECK (status IN ('pending', 'in_progress', 'completed', 'exhausted', 'invalid', 'suppressed', 'expired', 'removed')),
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

CREATE TABLE dialer_jobs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id varchar(255) NOT NULL,
  campaign_id uuid NOT NULL,
  lead_id uuid NOT NULL REFERENCES leads ON DELETE CASCADE,
  phone_number varchar(20) NOT NULL,
  status varchar(50) NOT NULL DEFAULT 'queued' CONSTRAINT dialer_jobs_status_check
    CHECK (status IN ('queued', 'dialing', 'active', 'unconfirmed', 'succeeded', 'failed', 'canceled', 'skipped')),
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
    CHECK (status IN ('initiated', 'ringing', 'in_progress', 'completed', 'no_answer', 'busy', 'failed', 'canceled', 'lost')),
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

CREATE TABLE campaign_tallies (
  campaign_id uuid NOT NULL REFERENCES campaigns ON DELETE CASCADE,
  subject varchar(50) NOT NULL CHECK (subject IN ('lead', 'dialer_job', 'call', 'outcome')),
  status varchar(50) NOT NULL,
  n bigint NOT NULL CHECK (n >= 0),
  PRIMARY KEY (campaign_id, subject, status)
);

CREATE FUNCTION add_to_tallies(changes jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO campaign_tallies AS t (campaign_id, subject, status, n)
  SELECT c.campaign_id, c.subject, c.status, c.n
  FROM jsonb_to_recordset(changes) AS c (campaign_id uuid, subject text, status text, n bigint)
  JOIN campaigns ON campaigns.id = c.campaign_id
  WHERE c.n > 0 ORDER BY 1, 2, 3
  ON CONFLICT (campaign_id, subject, status) DO UPDATE SET n = t.n + EXCLUDED.n;
  UPDATE campaign_tallies AS t SET n = t.n + c.n
  FROM jsonb_to_recordset(changes) AS c (campaign_id uuid, subject text, status text, n bigint)
  WHERE c.n < 0 AND (t.campaign_id, t.subject, t.status) = (c.campaign_id, c.subject, c.status);
$$;

CREATE FUNCTION tally_leads() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sign integer := TG_ARGV[0];
  changes jsonb := (
    SELECT jsonb_agg(g) FROM (
      SELECT campaign_id, 'lead' AS subject, status, sign * count(*) AS n FROM changed
      WHERE status NOT IN ('pending', 'in_progress') GROUP BY campaign_id, status) g);
BEGIN
  IF changes IS NOT NULL THEN PERFORM add_to_tallies(changes); END IF;
  UPDATE campaigns SET total_leads = total_leads + g.n
  FROM (SELECT campaign_id, CASE WHEN TG_OP = 'UPDATE' THEN -sign ELSE sign END * count(*) AS n FROM changed
        WHERE (status = 'removed') = (TG_OP = 'UPDATE') GROUP BY campaign_id) g
  WHERE campaigns.id = g.campaign_id;
  RETURN NULL;
END $$;

CREATE FUNCTION tally_dialer_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sign integer := TG_ARGV[0];
  changes jsonb := (
    SELECT jsonb_agg(g) FROM (
      SELECT campaign_id, 'dialer_job' AS subject, status, sign * count(*) AS n FROM changed
      WHERE status IN ('succeeded', 'failed', 'canceled', 'skipped') GROUP BY campaign_id, status) g);
BEGIN
  IF changes IS NOT NULL THEN PERFORM add_to_tallies(changes); END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION tally_calls() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sign integer := TG_ARGV[0];
  changes jsonb := (
    SELECT jsonb_agg(g) FROM (
      SELECT campaign_id, 'call' AS subject, status, sign * count(*) AS n FROM changed
      WHERE status NOT IN ('initiated', 'ringing', 'in_progress') GROUP BY campaign_id, status
      UNION ALL
      SELECT campaign_id, 'outcome', outcome, sign * count(*) FROM changed
      WHERE outcome IS NOT NULL GROUP BY campaign_id, outcome) g);
BEGIN
  IF changes IS NULL THEN RETURN NULL; END IF;
  PERFORM add_to_tallies(changes);
  UPDATE campaigns
  SET calls_completed = calls_completed + g.completed, calls_failed = calls_failed + g.failed
  FROM (SELECT campaign_id, sign * count(*) FILTER (WHERE status = 'completed') AS completed,
               sign * count(*) FILTER (WHERE status <> 'completed') AS failed
        FROM changed WHERE status NOT IN ('initiated', 'ringing', 'in_progress') GROUP BY campaign_id) g
  WHERE campaigns.id = g.campaign_id;
  RETURN NULL;
END $$;

-- Each statement that changes leads, dialer jobs or calls moves the tallies once: new rows are added before old ones are taken away.
CREATE TRIGGER leads_tally_inserted AFTER INSERT ON leads REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_leads('1');
CREATE TRIGGER leads_tally_updated_new AFTER UPDATE ON leads REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_leads('1');
CREATE TRIGGER leads_tally_updated_old AFTER UPDATE ON leads REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_leads('-1');
CREATE TRIGGER leads_tally_deleted AFTER DELETE ON leads REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_leads('-1');
CREATE TRIGGER dialer_jobs_tally_inserted AFTER INSERT ON dialer_jobs REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_dialer_jobs('1');
CREATE TRIGGER dialer_jobs_tally_updated_new AFTER UPDATE ON dialer_jobs REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_dialer_jobs('1');
CREATE TRIGGER dialer_jobs_tally_updated_old AFTER UPDATE ON dialer_jobs REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_dialer_jobs('-1');
CREATE TRIGGER dialer_jobs_tally_deleted AFTER DELETE ON dialer_jobs REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_dialer_jobs('-1');
CREATE TRIGGER calls_tally_inserted AFTER INSERT ON calls REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_calls('1');
CREATE TRIGGER calls_tally_updated_new AFTER UPDATE ON calls REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_calls('1');
CREATE TRIGGER calls_tally_updated_old AFTER UPDATE ON calls REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_calls('-1');
CREATE TRIGGER calls_tally_deleted AFTER DELETE ON calls REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_calls('-1');

-- Row-level security is on everywhere and no policy opens anything: only the owner of the tables, as which Outdial connects, sees rows.
ALTER TABLE auth_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE call_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE calls ENABLE ROW LEVEL SECURITY;
ALTER TABLE campaign_tallies ENABLE ROW LEVEL SECURITY;
ALTER TABLE campaigns ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE dialer_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
ALTER TABLE leases ENABLE ROW LEVEL SECURITY;
ALTER TABLE recordings ENABLE ROW LEVEL SECURITY;
ALTER TABLE refresh_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_credentials ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_profiles ENABLE ROW LEVEL SECURITY;
