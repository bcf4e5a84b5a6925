-- The present schema on one page. The migrations beside this file lead here. A test builds a database from each and
-- compares the catalogs. Change both in one commit. TypeORM's own `schema_migrations` is not shown.

CREATE TABLE tenants (
  id varchar(255) PRIMARY KEY DEFAULT gen_random_uuid()::text,
  business_name varchar(255) NOT NULL,
  default_country char(2) CHECK (default_country ~ '^[A-Z]{2}$'),
  minutes_remaining integer CHECK (minutes_remaining >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  dialing_halted_at timestamptz,
  dialing_halted_reason varchar(255),
  uses_rule_packs boolean NOT NULL DEFAULT true,
  min_gap_seconds integer NOT NULL DEFAULT 0 CHECK (min_gap_seconds BETWEEN 0 AND 2592000),
  cap_attempts integer CHECK (cap_attempts BETWEEN 1 AND 100),
  cap_days integer CHECK (cap_days BETWEEN 1 AND 365),
  recordings_days integer CHECK (recordings_days BETWEEN 1 AND 36500),
  transcripts_days integer CHECK (transcripts_days BETWEEN 1 AND 36500),
  minutes_reserved integer NOT NULL DEFAULT 0 CONSTRAINT tenants_minutes_reserved_check CHECK (minutes_reserved >= 0),
  limit_minutes integer,
  limit_concurrent_calls integer,
  limit_calls_per_day integer,
  limit_open_imports integer,
  limit_import_bytes bigint,
  operator_minutes_used integer NOT NULL DEFAULT 0 CONSTRAINT tenants_operator_minutes_used_check
    CHECK (operator_minutes_used >= 0),
  operator_minutes_reserved integer NOT NULL DEFAULT 0
    CONSTRAINT tenants_operator_minutes_reserved_check CHECK (operator_minutes_reserved >= 0),
  operator_calls_on date,
  operator_calls integer NOT NULL DEFAULT 0 CONSTRAINT tenants_operator_calls_check CHECK (operator_calls >= 0),
  -- First words of campaigns that have none of their own; empty: none; null: the default sentences.
  disclosure varchar(500),
  recording_notice varchar(500),
  CONSTRAINT tenants_limits_check
    CHECK (least(limit_minutes, limit_concurrent_calls, limit_calls_per_day, limit_open_imports,
      limit_import_bytes) >= -1),
  CONSTRAINT tenants_cap_is_whole CHECK ((cap_attempts IS NULL) = (cap_days IS NULL))
);

-- The one row with settings and state of the whole installation.
CREATE TABLE installation (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  dialing_halted_at timestamptz,
  dialing_halted_reason varchar(255),
  setup_token_hash bytea CONSTRAINT installation_setup_token_hash_is_sha256 CHECK (octet_length(setup_token_hash) = 32),
  allowed_countries jsonb,
  allowed_number_kinds jsonb NOT NULL DEFAULT '[]',
  number_rules varchar(50),
  settings_changes integer NOT NULL DEFAULT 0,
  settings_answered integer NOT NULL DEFAULT 0,
  tenant_minutes integer NOT NULL DEFAULT -1,
  tenant_concurrent_calls integer NOT NULL DEFAULT -1,
  tenant_calls_per_day integer NOT NULL DEFAULT -1,
  tenant_open_imports integer NOT NULL DEFAULT -1,
  tenant_import_bytes bigint NOT NULL DEFAULT -1,
  CONSTRAINT installation_tenant_limits_check
    CHECK (least(tenant_minutes, tenant_concurrent_calls, tenant_calls_per_day, tenant_open_imports,
      tenant_import_bytes) >= -1),
  -- Words of the prompt that calls over the installation's own provider play.
  route_prompt jsonb,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  -- Time at which the database was found to be restored from a backup, and the signs of it.
  restored_at timestamptz,
  restore_signs jsonb,
  -- Time at which the providers were asked for the calls since the backup.
  restore_asked_at timestamptz,
  -- The operator's latest acceptance of this database, with its state at that time.
  acceptance jsonb,
  -- True: lines for SUPPRESSION_LOG are stored.
  logs_suppressions boolean NOT NULL DEFAULT false,
  -- Identifies the key with which erased people are hashed.
  person_hash_check bytea CONSTRAINT installation_person_hash_check_is_sha256
    CHECK (octet_length(person_hash_check) = 32),
  CONSTRAINT installation_restored_is_halted CHECK (restored_at IS NULL OR dialing_halted_at IS NOT NULL)
);
INSERT INTO installation DEFAULT VALUES;

-- Rises while calls are placed. A lower value than a process remembers shows a restored database.
CREATE TABLE dialing_counter (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  n bigint NOT NULL DEFAULT 0
);
INSERT INTO dialing_counter DEFAULT VALUES;

CREATE TABLE user_profiles (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
  email varchar(255) NOT NULL,
  name varchar(255),
  role varchar(50) NOT NULL DEFAULT 'user' CHECK (role IN ('admin', 'user', 'viewer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  deactivated_at timestamptz
);
CREATE UNIQUE INDEX user_profiles_email_key ON user_profiles (email);
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
  revoked_at timestamptz,
  last_used_at timestamptz NOT NULL DEFAULT now(),
  ip varchar(45),
  user_agent varchar(255)
);
CREATE INDEX auth_sessions_user_id_idx ON auth_sessions (user_id);

CREATE TABLE refresh_tokens (
  token_hash bytea PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES auth_sessions ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id);

-- Links that are used once; only their hash is stored.
CREATE TABLE one_time_links (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
  token_hash bytea NOT NULL UNIQUE,
  purpose varchar(50) NOT NULL CONSTRAINT one_time_links_purpose_check
    CHECK (purpose IN ('invitation', 'password_reset')),
  user_id uuid REFERENCES user_profiles ON DELETE CASCADE,
  email varchar(255) NOT NULL,
  role varchar(50) CHECK (role IN ('admin', 'user', 'viewer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  name varchar(255),
  -- Null: the operator sent the invitation.
  invited_by uuid REFERENCES user_profiles ON DELETE CASCADE,
  CONSTRAINT one_time_links_purpose_fits CHECK (CASE purpose WHEN 'invitation' THEN role IS NOT NULL AND user_id IS NULL
    ELSE role IS NULL AND user_id IS NOT NULL END)
);
CREATE INDEX one_time_links_tenant_id_idx ON one_time_links (tenant_id, created_at DESC);
CREATE INDEX one_time_links_invited_by_idx ON one_time_links (invited_by) WHERE invited_by IS NOT NULL;
CREATE INDEX one_time_links_user_id_idx ON one_time_links (user_id) WHERE user_id IS NOT NULL;

-- API keys of programs, as hashes; the hint is the end of the key.
CREATE TABLE api_keys (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
  name varchar(100) NOT NULL,
  secret_hash bytea NOT NULL UNIQUE,
  hint varchar(10) NOT NULL,
  scopes jsonb NOT NULL,
  created_by uuid REFERENCES user_profiles ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX api_keys_tenant_id_idx ON api_keys (tenant_id, created_at DESC);
CREATE INDEX api_keys_created_by_idx ON api_keys (created_by);

CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at = now();
  RETURN NEW;
END $$;

-- Tenants' own accounts with providers. A deleted one stays for its calls, without credentials.
CREATE TABLE telephony_accounts (
  id uuid PRIMARY KEY,
  tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
  name varchar(100) NOT NULL,
  provider varchar(50) NOT NULL CONSTRAINT telephony_accounts_provider_check CHECK (provider IN ('twilio', 'vapi')),
  credentials text,
  hint varchar(10) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  calls_per_second integer CONSTRAINT telephony_accounts_calls_per_second_check
    CHECK (calls_per_second BETWEEN 1 AND 1000),
  allowed_countries jsonb CONSTRAINT telephony_accounts_allowed_countries_check
    CHECK (jsonb_array_length(allowed_countries) > 0),
  CONSTRAINT telephony_accounts_deleted_keep_no_credentials CHECK ((deleted_at IS NULL) = (credentials IS NOT NULL)),
  UNIQUE (tenant_id, id)
);
CREATE UNIQUE INDEX telephony_accounts_name_key ON telephony_accounts (tenant_id, name) WHERE deleted_at IS NULL;
CREATE INDEX telephony_accounts_oldest_idx ON telephony_accounts (tenant_id, created_at, id) WHERE deleted_at IS NULL;
CREATE TRIGGER telephony_accounts_set_updated_at BEFORE UPDATE ON telephony_accounts
  FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- Numbers that calls come from, with the calls of the latest day (UTC) on which there were any.
CREATE TABLE caller_ids (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
  telephony_account_id uuid,
  phone_number varchar(20) NOT NULL CHECK (phone_number ~ '^\+[1-9][0-9]{1,14}$'),
  daily_cap integer CHECK (daily_cap BETWEEN 1 AND 100000),
  is_active boolean NOT NULL DEFAULT true,
  used_on date,
  used_calls integer NOT NULL DEFAULT 0 CHECK (used_calls >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (tenant_id, telephony_account_id) REFERENCES telephony_accounts (tenant_id, id)
);
CREATE UNIQUE INDEX caller_ids_number_key
  ON caller_ids (tenant_id, telephony_account_id, phone_number) NULLS NOT DISTINCT;

CREATE TABLE campaigns (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
  name varchar(255) NOT NULL,
  description text,
  status varchar(50) NOT NULL DEFAULT 'draft' CONSTRAINT campaigns_status_check
    CHECK (status IN ('draft', 'scheduled', 'running', 'paused', 'stopped', 'completed', 'archived')),
  status_reason varchar(50) CONSTRAINT campaigns_status_reason_check
    CHECK (status_reason IN ('user', 'budget', 'provider_account', 'circuit_breaker', 'kill_switch', 'operator_limit')),
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
  retry_policy jsonb,
  min_gap_seconds integer NOT NULL DEFAULT 0 CHECK (min_gap_seconds BETWEEN 0 AND 2592000),
  start_at timestamptz,
  end_at timestamptz,
  wake_at timestamptz,
  breaker_attempts integer NOT NULL DEFAULT 0,
  breaker_faults integer NOT NULL DEFAULT 0,
  slot_seconds numeric(16,3) NOT NULL DEFAULT 0,
  talk_seconds bigint NOT NULL DEFAULT 0,
  total_cost numeric(14,4) NOT NULL DEFAULT 0,
  calling_window jsonb,
  blackout_dates jsonb NOT NULL DEFAULT '[]',
  skips_public_holidays boolean NOT NULL DEFAULT false,
  requires_consent boolean NOT NULL DEFAULT false,
  telephony_account_id uuid,
  from_number varchar(20) CHECK (from_number ~ '^\+[1-9][0-9]{1,14}$'),
  provider_rejection varchar(255),
  provider_rejected_since timestamptz,
  provider_rejected_until timestamptz,
  language varchar(35),
  record_calls boolean NOT NULL DEFAULT true,
  voicemail_action varchar(20) NOT NULL DEFAULT 'hangup' CONSTRAINT campaigns_voicemail_action_check
    CHECK (voicemail_action IN ('hangup', 'continue')),
  -- First words of its calls; empty: none; null: those of the tenant.
  disclosure varchar(500),
  recording_notice varchar(500),
  -- True: calls over the simulator, in a world of its own (docs/test-mode.md). Calls and do-not-call entries have it
  -- too.
  is_test boolean NOT NULL DEFAULT false,
  CONSTRAINT campaigns_tests_name_no_account CHECK (NOT is_test OR telephony_account_id IS NULL),
  CONSTRAINT campaigns_end_after_start CHECK (end_at > start_at),
  CONSTRAINT campaigns_rejection_is_whole CHECK (num_nulls(provider_rejection, provider_rejected_since,
    provider_rejected_until) IN (0, 3)),
  FOREIGN KEY (tenant_id, telephony_account_id) REFERENCES telephony_accounts (tenant_id, id),
  UNIQUE (tenant_id, id)
);
CREATE INDEX campaigns_status_idx ON campaigns (status);
CREATE INDEX campaigns_wake_at_idx ON campaigns (wake_at) WHERE status = 'running';
CREATE INDEX campaigns_start_at_idx ON campaigns (start_at) WHERE status = 'scheduled';
CREATE INDEX campaigns_end_at_idx ON campaigns (end_at) WHERE status IN ('scheduled', 'running', 'paused');
CREATE INDEX campaigns_tenant_id_idx ON campaigns (tenant_id, created_at DESC, id DESC);
CREATE INDEX campaigns_listed_idx ON campaigns (tenant_id, created_at DESC, id DESC) WHERE status <> 'archived';
CREATE TRIGGER campaigns_set_updated_at BEFORE UPDATE ON campaigns
  FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- An area of numbers: its country, state and every possible time zone. `number_kind` follows from the digits; null: not
-- judged yet.
CREATE TABLE areas (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key text NOT NULL UNIQUE,
  country char(2),
  region varchar(10),
  zones jsonb NOT NULL,
  number_country varchar(3),
  number_kind varchar(50) CONSTRAINT areas_number_kind_check
    CHECK (number_kind IN ('ordinary', 'premium_rate', 'shared_cost',
    'personal_number', 'pager', 'uan', 'voicemail', 'toll_free', 'non_geographic', 'unknown'))
);

-- The present or next opening of an area for a campaign. It is recomputed once it has closed; -infinity: not computed
-- yet.
CREATE TABLE campaign_hours (
  campaign_id uuid NOT NULL REFERENCES campaigns ON DELETE CASCADE,
  area_id integer NOT NULL REFERENCES areas,
  opens_at timestamptz NOT NULL DEFAULT '-infinity',
  closes_at timestamptz NOT NULL DEFAULT '-infinity',
  grounds jsonb,
  PRIMARY KEY (campaign_id, area_id)
);

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
    CHECK (status IN ('pending', 'in_progress', 'completed', 'exhausted', 'invalid', 'suppressed', 'expired',
      'removed')),
  outcome varchar(50),
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  block_code varchar(50),
  updated_at timestamptz DEFAULT now(),
  earlier_attempts integer NOT NULL DEFAULT 0,
  timezone varchar(64),
  area_id integer REFERENCES areas,
  erased_at timestamptz,
  retry_at timestamptz,
  removed_status varchar(50),
  -- Rows with one key ring one phone, however its number is written.
  number_key varchar(20) NOT NULL,
  -- Contacts that an upgrade has merged into this one, as they were.
  merged_contacts jsonb,
  CONSTRAINT leads_earlier_attempts_check CHECK (earlier_attempts BETWEEN 0 AND call_attempts),
  CONSTRAINT leads_removed_status_check CHECK (removed_status IS NULL OR status = 'removed'),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX leads_campaign_id_phone_number_key ON leads (campaign_id, phone_number);
CREATE INDEX leads_status_idx ON leads (status, campaign_id, next_attempt_at);
CREATE INDEX leads_due_idx ON leads (campaign_id, area_id, next_attempt_at) WHERE status = 'pending';
CREATE INDEX leads_block_code_idx ON leads (campaign_id, block_code) WHERE block_code IS NOT NULL;
CREATE INDEX leads_phone_number_idx ON leads (phone_number);
CREATE UNIQUE INDEX leads_number_key_key ON leads (number_key, campaign_id);
CREATE INDEX leads_merged_contacts_idx ON leads (id) WHERE merged_contacts IS NOT NULL;
CREATE INDEX leads_campaign_id_idx ON leads (campaign_id, created_at DESC, id DESC);
CREATE TRIGGER leads_set_updated_at BEFORE UPDATE ON leads
  FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- Stores the status of a removed lead, which the lead gets back when it is added again.
CREATE FUNCTION keep_removed_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> 'removed' THEN NEW.removed_status := NULL;
  ELSIF OLD.status <> 'removed' THEN NEW.removed_status := OLD.status;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER leads_keep_removed_status BEFORE UPDATE OF status ON leads
  FOR EACH ROW WHEN (OLD.status = 'removed' OR NEW.status = 'removed') EXECUTE FUNCTION keep_removed_status();

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
  hangup_requested_at timestamptz,
  watched_ms integer NOT NULL DEFAULT 0 CHECK (watched_ms >= 0),
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
    CHECK (status IN ('initiated', 'ringing', 'in_progress', 'completed', 'no_answer', 'busy', 'failed', 'canceled',
      'lost')),
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
  callback_at timestamptz,
  decision jsonb,
  reserved_minutes integer CONSTRAINT calls_reserved_minutes_check CHECK (reserved_minutes > 0),
  charged_minutes integer CONSTRAINT calls_charged_minutes_check CHECK (charged_minutes >= 0),
  telephony_account_id uuid,
  from_number varchar(20),
  is_relayed boolean NOT NULL DEFAULT false,
  operator_reserved_minutes integer CONSTRAINT calls_operator_reserved_minutes_check
    CHECK (operator_reserved_minutes > 0),
  operator_charged_minutes integer CONSTRAINT calls_operator_charged_minutes_check
    CHECK (operator_charged_minutes >= 0),
  is_presumed boolean NOT NULL DEFAULT false,
  number_key varchar(20) NOT NULL,
  first_words_said varchar(20),
  is_test boolean NOT NULL DEFAULT false,
  FOREIGN KEY (tenant_id, telephony_account_id) REFERENCES telephony_accounts (tenant_id, id),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX calls_one_live_per_number ON calls (tenant_id, number_key, is_test)
  WHERE status IN ('initiated', 'ringing', 'in_progress');
CREATE UNIQUE INDEX calls_provider_call_id_key ON calls (provider, provider_call_id);
CREATE INDEX calls_campaign_id_idx ON calls (campaign_id, created_at DESC, id DESC);
CREATE INDEX calls_lead_id_idx ON calls (lead_id);
CREATE INDEX calls_status_idx ON calls (status, tenant_id, created_at DESC, id DESC);
CREATE INDEX calls_tenant_id_idx ON calls (tenant_id, created_at DESC, id DESC);
CREATE INDEX calls_live_of_account_idx ON calls (telephony_account_id)
  WHERE telephony_account_id IS NOT NULL AND status IN ('initiated', 'ringing', 'in_progress');
CREATE INDEX calls_said_idx ON calls (tenant_id, ended_at) WHERE transcript IS NOT NULL OR summary IS NOT NULL;
CREATE TRIGGER calls_set_updated_at BEFORE UPDATE ON calls
  FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- Calls that ended without a cost, and the time of the next lookup with their provider.
CREATE TABLE cost_lookups (
  call_id uuid PRIMARY KEY REFERENCES calls ON DELETE CASCADE,
  looks integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL
);
CREATE INDEX cost_lookups_due_at_idx ON cost_lookups (due_at);

-- Calls whose end Outdial has concluded, and the time of the next lookup with their provider.
CREATE TABLE given_up_calls (
  call_id uuid PRIMARY KEY REFERENCES calls ON DELETE CASCADE,
  wants_hangup boolean NOT NULL DEFAULT false,
  looks integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL
);
CREATE INDEX given_up_calls_due_at_idx ON given_up_calls (due_at);

CREATE TABLE call_reports (
  call_id uuid NOT NULL REFERENCES calls ON DELETE CASCADE,
  report_key varchar(255) NOT NULL,
  tenant_id varchar(255) NOT NULL,
  status varchar(50),
  detail jsonb NOT NULL DEFAULT '{}',
  occurred_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (call_id, report_key)
);

CREATE TABLE conversations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id varchar(255) NOT NULL,
  call_id uuid NOT NULL UNIQUE REFERENCES calls ON DELETE CASCADE,
  messages jsonb NOT NULL DEFAULT '[]',
  status varchar(50) NOT NULL DEFAULT 'completed' CONSTRAINT conversations_status_check
    CHECK (status IN ('in_progress', 'completed')),
  created_at timestamptz NOT NULL DEFAULT now(),
  sessions integer NOT NULL DEFAULT 0,
  has_answered boolean NOT NULL DEFAULT false,
  session_end varchar(50) CONSTRAINT conversations_session_end_check
    CHECK (session_end IN ('hung_up', 'agent_hung_up', 'silence', 'longest_call', 'model_failed',
      'shut_down', 'lost', 'too_long')),
  conclude_at timestamptz,
  conclude_attempts integer NOT NULL DEFAULT 0
);
CREATE INDEX conversations_tenant_id_idx ON conversations (tenant_id, created_at);
CREATE INDEX conversations_conclude_at_idx ON conversations (conclude_at) WHERE conclude_at IS NOT NULL;

CREATE TABLE recordings (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id varchar(255) NOT NULL,
  call_id uuid NOT NULL UNIQUE REFERENCES calls ON DELETE CASCADE,
  provider varchar(50) NOT NULL,
  source_url text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  is_erased boolean NOT NULL DEFAULT false
);
CREATE INDEX recordings_tenant_id_idx ON recordings (tenant_id, created_at);
CREATE INDEX recordings_is_erased_idx ON recordings (created_at) WHERE is_erased;

-- Erased persons, who must not be stored again, as keyed hashes. Their leads and calls stay, with impossible numbers.
CREATE TABLE erased_people (
  tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
  person_hash bytea NOT NULL CHECK (length(person_hash) = 32),
  erased_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, person_hash)
);
CREATE SEQUENCE erased_numbers AS bigint MAXVALUE 99999999999;

-- Files of contacts or do-not-call numbers, kept until they are imported. Their rows and persons are in other tables.
CREATE TABLE imports (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
  kind varchar(50) NOT NULL CONSTRAINT imports_kind_check CHECK (kind IN ('contacts', 'dnc')),
  campaign_id uuid,
  status varchar(50) NOT NULL DEFAULT 'receiving' CONSTRAINT imports_status_check
    CHECK (status IN ('receiving', 'queued', 'running', 'completed', 'failed', 'canceled', 'undoing', 'undone')),
  file_name varchar(255),
  file_bytes bigint NOT NULL DEFAULT 0,
  options jsonb NOT NULL DEFAULT '{}',
  found jsonb,
  bytes_read bigint NOT NULL DEFAULT 0,
  rows_read integer NOT NULL DEFAULT 0,
  created integer NOT NULL DEFAULT 0,
  revived integer NOT NULL DEFAULT 0,
  updated integer NOT NULL DEFAULT 0,
  duplicate_in_file integer NOT NULL DEFAULT 0,
  duplicate_existing integer NOT NULL DEFAULT 0,
  invalid integer NOT NULL DEFAULT 0,
  suppressed integer NOT NULL DEFAULT 0,
  undone integer NOT NULL DEFAULT 0,
  problem_code varchar(50),
  problem varchar(1000),
  holder varchar(100),
  claimed_until timestamptz,
  tries integer NOT NULL DEFAULT 0,
  is_detailed boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  listed_for_good integer NOT NULL DEFAULT 0,
  not_listed integer NOT NULL DEFAULT 0,
  rows_kept integer NOT NULL DEFAULT 0,
  rows_left_out integer NOT NULL DEFAULT 0,
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT imports_contacts_have_a_campaign CHECK ((kind = 'contacts') = (campaign_id IS NOT NULL)),
  CONSTRAINT imports_add_up CHECK (
    created + revived + updated + duplicate_in_file + duplicate_existing + invalid + suppressed = rows_read)
);
CREATE INDEX imports_tenant_id_idx ON imports (tenant_id, created_at DESC, id DESC);
CREATE INDEX imports_open_idx ON imports (claimed_until) WHERE status IN ('receiving', 'queued', 'running', 'undoing');

CREATE INDEX imports_detailed_idx ON imports (finished_at) WHERE is_detailed;

CREATE TABLE import_chunks (
  import_id uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
  n integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (import_id, n)
);
ALTER TABLE import_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE import_rows (
  import_id uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
  row integer NOT NULL,
  verdict varchar(50) NOT NULL,
  value varchar(255),
  reason varchar(500),
  person uuid,
  PRIMARY KEY (import_id, row)
);

CREATE TABLE import_people (
  import_id uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
  person uuid NOT NULL,
  verdict varchar(50) NOT NULL,
  lead_id uuid,
  PRIMARY KEY (import_id, person)
);

-- Numbers that must not be called.
CREATE TABLE dnc_entries (
  tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
  phone_number varchar(20) NOT NULL CHECK (phone_number ~ '^\+[1-9][0-9]{1,14}$'),
  reason varchar(255),
  source varchar(50) NOT NULL CONSTRAINT dnc_entries_source_check CHECK (source IN ('manual', 'import', 'opt_out')),
  expires_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  import_id uuid REFERENCES imports ON DELETE SET NULL,
  number_key varchar(20) NOT NULL,
  is_test boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant_id, number_key, is_test)
);
CREATE INDEX dnc_entries_import_idx ON dnc_entries (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX dnc_entries_newest_idx ON dnc_entries (tenant_id, created_at DESC, phone_number);

-- Consents of contacts to calls, and their withdrawals. The latest record of a number counts.
CREATE TABLE consents (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id varchar(255) NOT NULL REFERENCES tenants ON DELETE CASCADE,
  phone_number varchar(20) NOT NULL CHECK (phone_number ~ '^\+[1-9][0-9]{1,14}$'),
  kind varchar(50) NOT NULL CONSTRAINT consents_kind_check CHECK (kind IN ('given', 'revoked')),
  source varchar(255) NOT NULL,
  wording text,
  channel varchar(50) NOT NULL CONSTRAINT consents_channel_check
    CHECK (channel IN ('web', 'paper', 'voice', 'sms', 'email', 'other')),
  evidence_url text,
  given_at timestamptz NOT NULL,
  expires_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  number_key varchar(20) NOT NULL
);
CREATE INDEX consents_number_idx ON consents (tenant_id, number_key, given_at DESC, created_at DESC);
CREATE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME;
END $$;
CREATE TRIGGER consents_append_only BEFORE UPDATE ON consents FOR EACH ROW EXECUTE FUNCTION refuse_update();

-- Audit log: one chain of hashes per tenant. npm run ops -- audit checks it.
CREATE TABLE audit_heads (
  tenant_id varchar(255) PRIMARY KEY,
  seq bigint NOT NULL DEFAULT 0,
  hash bytea NOT NULL DEFAULT sha256('')
);

CREATE TABLE audit_log (
  tenant_id varchar(255) NOT NULL,
  seq bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  actor_kind varchar(50) NOT NULL CONSTRAINT audit_log_actor_kind_check
    CHECK (actor_kind IN ('user', 'api_key', 'engine', 'operator')),
  actor_id varchar(100),
  action varchar(100) NOT NULL CHECK (action ~ '^[a-z_]+[.][a-z_]+$'),
  subject_type varchar(50) NOT NULL CHECK (subject_type ~ '^[a-z_]+$'),
  subject_id varchar(255),
  detail jsonb NOT NULL DEFAULT '{}',
  ip varchar(45),
  request_id varchar(100),
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (tenant_id, seq),
  CONSTRAINT audit_log_fields_are_apart CHECK (
    coalesce(actor_id, '') || coalesce(subject_id, '') || coalesce(ip, '') || coalesce(request_id, '') !~ '[\x01-\x1f]')
);
CREATE INDEX audit_log_subject_idx ON audit_log (tenant_id, subject_id, seq DESC);

CREATE FUNCTION chain_audit_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_heads (tenant_id) VALUES (NEW.tenant_id) ON CONFLICT DO NOTHING;
  SELECT seq + 1, hash INTO NEW.seq, NEW.previous_hash FROM audit_heads WHERE tenant_id = NEW.tenant_id FOR UPDATE;
  NEW.hash = sha256(convert_to(concat_ws(E'\x1f', encode(NEW.previous_hash, 'hex'), NEW.tenant_id, NEW.seq,
    (extract(epoch FROM NEW.at) * 1000000)::bigint, NEW.actor_kind, coalesce(NEW.actor_id, ''), NEW.action,
      NEW.subject_type,
    coalesce(NEW.subject_id, ''), NEW.detail, coalesce(NEW.ip, ''), coalesce(NEW.request_id, '')), 'UTF8'));
  UPDATE audit_heads SET seq = NEW.seq, hash = NEW.hash WHERE tenant_id = NEW.tenant_id;
  RETURN NEW;
END $$;
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME;
END $$;
CREATE TRIGGER audit_log_chain BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION chain_audit_record();
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_heads_stay BEFORE DELETE ON audit_heads FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_heads_no_truncate BEFORE TRUNCATE ON audit_heads FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change();

-- Provider webhooks that could not be applied, each once. They are for the operator: the tenant of most is unknown.
CREATE TABLE provider_webhooks (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  received_at timestamptz NOT NULL DEFAULT now(),
  provider varchar(50) NOT NULL,
  dialer_job_id varchar(255) NOT NULL,
  body text NOT NULL,
  problem varchar(255) NOT NULL,
  telephony_account_id uuid,
  is_job_known boolean NOT NULL,
  digest bytea NOT NULL
);
CREATE UNIQUE INDEX provider_webhooks_digest_key ON provider_webhooks (dialer_job_id, provider, digest);
CREATE INDEX provider_webhooks_account_idx ON provider_webhooks (telephony_account_id, is_job_known);
CREATE INDEX provider_webhooks_received_at_idx ON provider_webhooks (received_at);

CREATE TABLE leases (
  name varchar(50) PRIMARY KEY,
  holder varchar(100) NOT NULL,
  expires_at timestamptz NOT NULL
);

-- Work that a worker has begun without coming back, or that was given up.
CREATE TABLE work_tries (
  kind varchar(50) NOT NULL CONSTRAINT work_tries_kind_check
    CHECK (kind IN ('conversation', 'call_review', 'cost_lookup', 'given_up_look', 'campaign_start',
    'campaign_end', 'campaign_wake', 'import', 'recording_deletion', 'retention')),
  subject varchar(100) NOT NULL,
  tries integer NOT NULL DEFAULT 0,
  begun_at timestamptz NOT NULL DEFAULT now(),
  given_up_at timestamptz,
  PRIMARY KEY (kind, subject)
);
CREATE INDEX work_tries_begun_at_idx ON work_tries (begun_at);

-- Time until which the turns of a route are reserved. The key is an account's id, or the name of the installation's
-- provider.
CREATE TABLE pacing (
  route varchar(50) PRIMARY KEY,
  next_at timestamptz NOT NULL
);

-- Use of rate limits by callers and addresses. No data is lost with it.
CREATE UNLOGGED TABLE rate_limits (
  key varchar(255) PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
);

CREATE TABLE campaign_tallies (
  campaign_id uuid NOT NULL REFERENCES campaigns ON DELETE CASCADE,
  subject varchar(50) NOT NULL CHECK (subject IN ('lead', 'dialer_job', 'call', 'outcome')),
  status varchar(50) NOT NULL,
  n bigint NOT NULL CHECK (n >= 0),
  PRIMARY KEY (campaign_id, subject, status)
);

CREATE FUNCTION add_to_tallies(tallied text, moves jsonb, passing text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  changes jsonb := (
    SELECT jsonb_agg(g) FROM (
      SELECT campaign_id, status, sum(n)::bigint AS n
      FROM jsonb_to_recordset(moves) AS m (campaign_id uuid, status text, n bigint)
      WHERE status <> ALL (passing) GROUP BY 1, 2 HAVING sum(n) <> 0) g);
BEGIN
  IF changes IS NULL THEN RETURN; END IF;
  INSERT INTO campaign_tallies AS t (campaign_id, subject, status, n)
  SELECT c.campaign_id, tallied, c.status, c.n
    FROM jsonb_to_recordset(changes) AS c (campaign_id uuid, status text, n bigint)
  JOIN campaigns ON campaigns.id = c.campaign_id
  WHERE c.n > 0 ORDER BY 1, 2, 3
  ON CONFLICT (campaign_id, subject, status) DO UPDATE SET n = t.n + EXCLUDED.n;
  UPDATE campaign_tallies AS t SET n = t.n + c.n
    FROM jsonb_to_recordset(changes) AS c (campaign_id uuid, status text, n bigint)
  WHERE c.n < 0 AND (t.campaign_id, t.subject, t.status) = (c.campaign_id, tallied, c.status);
END $$;

CREATE FUNCTION follow_leads() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moves jsonb;
BEGIN
  CASE TG_OP
    WHEN 'INSERT' THEN SELECT jsonb_agg(m) INTO moves FROM (
      SELECT campaign_id, status, count(*) AS n, min(next_attempt_at) AS due_at FROM added GROUP BY 1, 2) m;
    WHEN 'DELETE' THEN SELECT jsonb_agg(m) INTO moves FROM (
      SELECT campaign_id, status, -count(*) AS n FROM gone GROUP BY 1, 2) m;
    ELSE SELECT jsonb_agg(m) INTO moves FROM (
      SELECT campaign_id, status, sum(n) AS n, min(due_at) AS due_at FROM (
        SELECT campaign_id, status, 1 AS n, next_attempt_at AS due_at FROM added
        UNION ALL SELECT campaign_id, status, -1, NULL FROM gone) both_sides GROUP BY 1, 2) m;
  END CASE;
  PERFORM add_to_tallies('lead', moves, '{pending,in_progress}');
  UPDATE campaigns SET
    total_leads = total_leads + g.n,
    wake_at = CASE WHEN status = 'running' THEN least(campaigns.wake_at, g.wake_at) ELSE campaigns.wake_at END
  FROM (
    SELECT campaign_id, coalesce(sum(n) FILTER (WHERE status <> 'removed'), 0) AS n,
      least(min(due_at) FILTER (WHERE status = 'pending'),
            CASE WHEN sum(n) FILTER (WHERE status IN ('pending', 'in_progress')) < 0 THEN now() END) AS wake_at
    FROM jsonb_to_recordset(moves) AS m (campaign_id uuid, status text, n bigint, due_at timestamptz) GROUP BY 1) g
  WHERE campaigns.id = g.campaign_id
    AND (g.n <> 0 OR campaigns.status = 'running' AND g.wake_at IS NOT NULL);
  RETURN NULL;
END $$;

CREATE FUNCTION note_areas() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO campaign_hours (campaign_id, area_id)
  SELECT DISTINCT campaign_id, area_id FROM added WHERE area_id IS NOT NULL ORDER BY 1, 2
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE FUNCTION note_area() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO campaign_hours (campaign_id, area_id) VALUES (NEW.campaign_id, NEW.area_id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE TRIGGER leads_note_areas AFTER INSERT ON leads REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION note_areas();
CREATE TRIGGER leads_note_area AFTER UPDATE OF area_id ON leads
  FOR EACH ROW WHEN (NEW.area_id IS DISTINCT FROM OLD.area_id AND NEW.area_id IS NOT NULL) EXECUTE FUNCTION note_area();

CREATE FUNCTION follow_dialer_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moves jsonb;
BEGIN
  CASE TG_OP
    WHEN 'INSERT' THEN SELECT jsonb_agg(m) INTO moves FROM (
      SELECT campaign_id, status, count(*) AS n, sum(extract(epoch FROM finished_at - created_at)) AS seconds
      FROM added GROUP BY 1, 2) m;
    WHEN 'DELETE' THEN SELECT jsonb_agg(m) INTO moves FROM (
      SELECT campaign_id, status, -count(*) AS n, -sum(extract(epoch FROM finished_at - created_at)) AS seconds
      FROM gone GROUP BY 1, 2) m;
    ELSE SELECT jsonb_agg(m) INTO moves FROM (
      SELECT campaign_id, status, sum(n) AS n, sum(n * seconds) AS seconds FROM (
        SELECT campaign_id, status, 1 AS n, extract(epoch FROM finished_at - created_at) AS seconds FROM added
        UNION ALL
        SELECT campaign_id, status, -1, extract(epoch FROM finished_at - created_at) FROM gone) both_sides
          GROUP BY 1, 2) m;
  END CASE;
  PERFORM add_to_tallies('dialer_job', moves, '{queued,dialing,active,unconfirmed}');
  UPDATE campaigns SET
    slot_seconds = slot_seconds + g.seconds,
    wake_at = CASE WHEN status = 'running' THEN least(wake_at, now()) ELSE wake_at END
  FROM (
    SELECT campaign_id, sum(n) AS n, coalesce(sum(seconds) FILTER (WHERE status IN ('succeeded', 'failed')),
      0) AS seconds
    FROM jsonb_to_recordset(moves) AS m (campaign_id uuid, status text, n bigint, seconds numeric)
    WHERE status IN ('succeeded', 'failed', 'canceled', 'skipped') GROUP BY 1) g
  WHERE campaigns.id = g.campaign_id AND g.n <> 0;
  RETURN NULL;
END $$;

CREATE FUNCTION follow_calls() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moves jsonb;
BEGIN
  CASE TG_OP
    WHEN 'INSERT' THEN SELECT jsonb_agg(m) INTO moves FROM (
      SELECT campaign_id, status, outcome, count(*) AS n, sum(duration_seconds) AS talk, sum(cost) AS cost
      FROM added GROUP BY 1, 2, 3) m;
    WHEN 'DELETE' THEN SELECT jsonb_agg(m) INTO moves FROM (
      SELECT campaign_id, status, outcome, -count(*) AS n, -sum(duration_seconds) AS talk, -sum(cost) AS cost
      FROM gone GROUP BY 1, 2, 3) m;
    ELSE SELECT jsonb_agg(m) INTO moves FROM (
      SELECT campaign_id, status, outcome, sum(n) AS n, sum(n * duration_seconds) AS talk, sum(n * cost) AS cost FROM (
        SELECT campaign_id, status, outcome, duration_seconds, cost, 1 AS n FROM added
        UNION ALL SELECT campaign_id, status, outcome, duration_seconds, cost, -1 FROM gone) both_sides
      GROUP BY 1, 2, 3) m;
  END CASE;
  PERFORM add_to_tallies('call', moves, '{initiated,ringing,in_progress}');
  PERFORM add_to_tallies('outcome', (
    SELECT jsonb_agg(jsonb_build_object('campaign_id', m ->> 'campaign_id', 'status', m ->> 'outcome', 'n', m -> 'n'))
    FROM jsonb_array_elements(moves) AS m WHERE m ->> 'outcome' IS NOT NULL), '{}');
  UPDATE campaigns SET
    calls_completed = calls_completed + g.completed, calls_failed = calls_failed + g.failed,
    talk_seconds = talk_seconds + g.talk, total_cost = total_cost + g.cost
  FROM (
    SELECT campaign_id,
      coalesce(sum(n) FILTER (WHERE status = 'completed'), 0) AS completed,
      coalesce(sum(n) FILTER (WHERE status IN ('no_answer', 'busy', 'failed', 'canceled', 'lost')), 0) AS failed,
      coalesce(sum(talk), 0) AS talk, coalesce(sum(cost), 0) AS cost
    FROM jsonb_to_recordset(moves) AS m (campaign_id uuid, status text, n bigint, talk bigint, cost numeric)
      GROUP BY 1) g
  WHERE campaigns.id = g.campaign_id AND (g.completed <> 0 OR g.failed <> 0 OR g.talk <> 0 OR g.cost <> 0);
  RETURN NULL;
END $$;

-- Counters and wake-up times follow the net change of each statement. An update that leaves every status as it was
-- changes nothing.
CREATE TRIGGER leads_follow_inserted AFTER INSERT ON leads REFERENCING NEW TABLE AS added FOR EACH STATEMENT
  EXECUTE FUNCTION follow_leads();
CREATE TRIGGER leads_follow_updated AFTER UPDATE ON leads REFERENCING NEW TABLE AS added OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION follow_leads();
CREATE TRIGGER leads_follow_deleted AFTER DELETE ON leads REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
  EXECUTE FUNCTION follow_leads();
CREATE TRIGGER dialer_jobs_follow_inserted AFTER INSERT ON dialer_jobs REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION follow_dialer_jobs();
CREATE TRIGGER dialer_jobs_follow_updated AFTER UPDATE ON dialer_jobs REFERENCING NEW TABLE AS added OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION follow_dialer_jobs();
CREATE TRIGGER dialer_jobs_follow_deleted AFTER DELETE ON dialer_jobs REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
  EXECUTE FUNCTION follow_dialer_jobs();
CREATE TRIGGER calls_follow_inserted AFTER INSERT ON calls REFERENCING NEW TABLE AS added FOR EACH STATEMENT
  EXECUTE FUNCTION follow_calls();
CREATE TRIGGER calls_follow_updated AFTER UPDATE ON calls REFERENCING NEW TABLE AS added OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION follow_calls();
CREATE TRIGGER calls_follow_deleted AFTER DELETE ON calls REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
  EXECUTE FUNCTION follow_calls();

-- Row-level security (docs/security.md). The roles belong to the server.
DO $$ DECLARE role text; BEGIN
  FOREACH role IN ARRAY '{outdial_app, outdial_tenant, outdial_reader}'::text[] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role); END IF;
  END LOOP;
  GRANT outdial_tenant TO outdial_app;
  GRANT outdial_app TO CURRENT_USER;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticated') THEN GRANT outdial_reader TO authenticated; END IF;
END $$;

CREATE FUNCTION current_tenant() RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT nullif(pg_catalog.current_setting('outdial.tenant_id', true), '') $$;

CREATE FUNCTION tenant_of_token() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT u.tenant_id FROM public.user_profiles u,
    (SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb AS claims) token
  WHERE claims ->> 'role' = 'authenticated' AND u.id::text = claims ->> 'sub' AND u.deactivated_at IS NULL
$$;

-- Runs as its owner, who may see more than the processes. Values that even the owner may not see are null.
CREATE FUNCTION server_standing(OUT in_recovery boolean, OUT system_identifier text, OUT timeline integer,
  OUT log_position numeric,
  OUT history text) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  flushed pg_lsn;
BEGIN
  in_recovery := pg_is_in_recovery();
  BEGIN
    system_identifier := (SELECT s.system_identifier::text FROM pg_control_system() s);
  EXCEPTION WHEN OTHERS THEN NULL;
  END;
  IF in_recovery THEN RETURN; END IF;
  BEGIN
    flushed := pg_current_wal_flush_lsn();
    log_position := flushed - '0/0'::pg_lsn;
    timeline := ('x' || substr(pg_walfile_name(flushed), 1, 8))::bit(32)::integer;
  EXCEPTION WHEN OTHERS THEN NULL;
  END;
  IF timeline > 1 THEN
    BEGIN
      history := pg_read_file(format('pg_wal/%s.history', lpad(upper(to_hex(timeline)), 8, '0')), 0, 1000000, true);
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
  END IF;
END $$;

-- Lines for SUPPRESSION_LOG that are not in it yet. No foreign key: the lines are logged even if the tenant is deleted.
CREATE TABLE suppression_outbox (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tenant_id varchar(255) NOT NULL,
  kind varchar(20) NOT NULL CONSTRAINT suppression_outbox_kind_check
    CHECK (kind IN ('listed', 'removed', 'erased', 'consent_revoked')),
  phone_number varchar(20),
  person_hash bytea,
  reason varchar(255),
  source varchar(50),
  expires_at timestamptz,
  CONSTRAINT suppression_outbox_names_one CHECK ((kind = 'erased') = (person_hash IS NOT NULL)
    AND (kind = 'erased') = (phone_number IS NULL))
);
CREATE INDEX suppression_outbox_number_idx ON suppression_outbox (tenant_id, phone_number);

-- An erasure removes its number from the list without a line that names it. It sets outdial.erasing meanwhile. The test
-- world has no lines: a restore would forbid its numbers in the live world.
CREATE FUNCTION log_suppressions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM installation WHERE logs_suppressions) THEN RETURN NULL; END IF;
  IF TG_TABLE_NAME = 'erased_people' THEN
    INSERT INTO suppression_outbox (tenant_id, kind, person_hash) SELECT tenant_id, 'erased', person_hash FROM changed;
  ELSIF TG_TABLE_NAME = 'consents' THEN
    INSERT INTO suppression_outbox (tenant_id, kind, phone_number, source)
    SELECT tenant_id, 'consent_revoked', phone_number, left(source, 50) FROM changed WHERE kind = 'revoked';
  ELSIF TG_OP <> 'DELETE' THEN
    INSERT INTO suppression_outbox (tenant_id, kind, phone_number, reason, source, expires_at)
    SELECT tenant_id, 'listed', phone_number, reason, source, expires_at FROM changed WHERE NOT is_test;
  ELSIF current_setting('outdial.erasing', true) IS DISTINCT FROM 'on' THEN
    INSERT INTO suppression_outbox (tenant_id, kind, phone_number) SELECT tenant_id, 'removed', phone_number
      FROM changed WHERE NOT is_test;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER dnc_entries_logged_insert AFTER INSERT ON dnc_entries REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION log_suppressions();
CREATE TRIGGER dnc_entries_logged_update AFTER UPDATE ON dnc_entries REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION log_suppressions();
CREATE TRIGGER dnc_entries_logged_delete AFTER DELETE ON dnc_entries REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION log_suppressions();
CREATE TRIGGER consents_logged AFTER INSERT ON consents REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION log_suppressions();
CREATE TRIGGER erased_people_logged AFTER INSERT ON erased_people REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION log_suppressions();

GRANT USAGE ON SCHEMA public TO outdial_app, outdial_tenant, outdial_reader;
REVOKE EXECUTE ON FUNCTION add_to_tallies(text, jsonb, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION add_to_tallies(text, jsonb, text[]) TO outdial_app, outdial_tenant;
REVOKE EXECUTE ON FUNCTION tenant_of_token() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_of_token() TO outdial_reader;
GRANT USAGE ON SEQUENCE erased_numbers TO outdial_app, outdial_tenant;

DO $$ DECLARE name text; BEGIN
  FOREACH name IN ARRAY '{tenants, installation, dialing_counter, suppression_outbox, user_profiles, user_credentials,
  auth_sessions, refresh_tokens, one_time_links,
      api_keys, campaigns, areas, campaign_hours, leads, dialer_jobs, calls, cost_lookups, given_up_calls,
        call_reports, conversations,
      recordings, erased_people, imports, import_chunks, import_rows, import_people, dnc_entries, consents,
      audit_heads, audit_log, telephony_accounts, caller_ids, provider_webhooks, leases, work_tries, pacing,
        rate_limits, campaign_tallies}'::text[] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO outdial_app', name);
    EXECUTE format('CREATE POLICY app ON %I TO outdial_app USING (true)', name);
  END LOOP;

  FOREACH name IN ARRAY '{campaigns, leads, dialer_jobs, calls, call_reports, conversations, recordings, dnc_entries,
  consents,
      imports, erased_people, audit_heads, audit_log, user_profiles, one_time_links, api_keys, telephony_accounts,
        caller_ids,
      suppression_outbox}'::text[] LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO outdial_tenant', name);
    EXECUTE format('CREATE POLICY tenant ON %I TO outdial_tenant USING (tenant_id = (SELECT current_tenant()))', name);
  END LOOP;
  FOREACH name IN ARRAY '{campaign_hours, campaign_tallies}'::text[] LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO outdial_tenant', name);
    EXECUTE format(
      'CREATE POLICY tenant ON %I TO outdial_tenant USING (EXISTS (SELECT FROM campaigns c WHERE c.id = campaign_id))',
      name);
  END LOOP;
  FOREACH name IN ARRAY '{import_chunks, import_rows, import_people}'::text[] LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO outdial_tenant', name);
    EXECUTE format(
      'CREATE POLICY tenant ON %I TO outdial_tenant USING (EXISTS (SELECT FROM imports i WHERE i.id = import_id))',
      name);
  END LOOP;

  FOREACH name IN ARRAY '{campaigns, leads, dialer_jobs, calls, conversations, recordings}'::text[] LOOP
    EXECUTE format('GRANT SELECT ON %I TO outdial_reader', name);
    EXECUTE format(
      'CREATE POLICY reader ON %I FOR SELECT TO outdial_reader USING (tenant_id = (SELECT tenant_of_token()))',
      name);
  END LOOP;
END $$;

REVOKE UPDATE, DELETE ON audit_log FROM outdial_tenant;
REVOKE DELETE ON audit_heads FROM outdial_tenant;
GRANT SELECT ON tenants TO outdial_tenant;
-- Columns of the tenant's own. The operator's limits (docs/operations.md) and their counts are not among them.
GRANT UPDATE (business_name, default_country, disclosure, recording_notice, minutes_remaining, dialing_halted_at,
  dialing_halted_reason, uses_rule_packs,
  min_gap_seconds, cap_attempts, cap_days, recordings_days, transcripts_days) ON tenants TO outdial_tenant;
CREATE POLICY tenant ON tenants TO outdial_tenant USING (id = (SELECT current_tenant()));
GRANT SELECT ON tenants TO outdial_reader;
CREATE POLICY reader ON tenants FOR SELECT TO outdial_reader USING (id = (SELECT tenant_of_token()));
-- A lock FOR SHARE needs a right to update some column.
GRANT SELECT ON installation TO outdial_tenant;
GRANT UPDATE (is_only) ON installation TO outdial_tenant;
CREATE POLICY tenant ON installation FOR SELECT TO outdial_tenant USING (true);
CREATE POLICY tenant_holds ON installation FOR UPDATE TO outdial_tenant USING (true) WITH CHECK (false);
GRANT SELECT ON leases TO outdial_tenant;
CREATE POLICY tenant ON leases FOR SELECT TO outdial_tenant USING (true);
GRANT SELECT, INSERT ON areas TO outdial_tenant;
CREATE POLICY tenant ON areas TO outdial_tenant USING (true);

-- Revokes the rights that a Supabase project gives to every user of its public key. authenticated reads by grants of
-- its own (NOINHERIT).
DO $$ DECLARE role name; item text; BEGIN
  FOREACH item IN ARRAY '{set_updated_at(), refuse_update(), refuse_change(), chain_audit_record(), follow_leads(),
  follow_dialer_jobs(),
      follow_calls(), note_areas(), note_area(), current_tenant(), "add_to_tallies(text, jsonb, text[])",
        tenant_of_token(),
      server_standing(), log_suppressions(), keep_removed_status()}'::text[] LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', item);
    FOR role IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role') LOOP
      EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM %I', item, role);
    END LOOP;
  END LOOP;
  GRANT EXECUTE ON FUNCTION current_tenant() TO outdial_app, outdial_tenant;
  GRANT EXECUTE ON FUNCTION server_standing() TO outdial_app;

  FOR role, item IN
    WITH ours AS (
      SELECT format('public.%I', tablename)::regclass AS id FROM pg_policies
        WHERE schemaname = 'public' AND 'outdial_app' = ANY (roles)
      UNION SELECT to_regclass('public.schema_migrations')
    ), theirs AS (
      SELECT d.objid FROM pg_depend d JOIN ours ON ours.id = d.refobjid
        WHERE d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    )
    SELECT rolname, relname FROM pg_roles, pg_class c
    WHERE rolname IN ('anon', 'authenticated') AND (c.oid IN (SELECT id FROM ours) OR c.oid = 'erased_numbers'::regclass
      OR (relkind = 'S' AND c.oid IN (SELECT objid FROM theirs))) LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', item, role);
  END LOOP;

  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticated') THEN
    FOR item IN SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND 'outdial_reader' = ANY (roles) LOOP
      EXECUTE format('GRANT SELECT ON %I TO authenticated', item);
      EXECUTE format('ALTER POLICY reader ON %I TO outdial_reader, authenticated', item);
    END LOOP;
    GRANT EXECUTE ON FUNCTION tenant_of_token() TO authenticated;
  END IF;
END $$;
