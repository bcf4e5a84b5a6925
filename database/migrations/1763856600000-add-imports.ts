import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds files of contacts or do-not-call numbers, which are kept until all rows are imported. */
export class AddImports1763856600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
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
        held_until timestamptz,
        tries integer NOT NULL DEFAULT 0,
        is_detailed boolean NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        finished_at timestamptz,
        FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns (tenant_id, id) ON DELETE CASCADE,
        CONSTRAINT imports_contacts_have_a_campaign CHECK ((kind = 'contacts') = (campaign_id IS NOT NULL)),
        CONSTRAINT imports_add_up CHECK (
          created + revived + updated + duplicate_in_file + duplicate_existing + invalid + suppressed = rows_read)
      );
      CREATE INDEX imports_tenant_id_idx ON imports (tenant_id, created_at DESC, id DESC);
      CREATE INDEX imports_open_idx ON imports (held_until)
        WHERE status IN ('receiving', 'queued', 'running', 'undoing');
      CREATE INDEX imports_detailed_idx ON imports (finished_at) WHERE is_detailed;
      ALTER TABLE imports ENABLE ROW LEVEL SECURITY;

      CREATE TABLE import_chunks (
        import_id uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
        n integer NOT NULL,
        bytes bytea NOT NULL,
        PRIMARY KEY (import_id, n)
      );
      ALTER TABLE import_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
      ALTER TABLE import_chunks ENABLE ROW LEVEL SECURITY;

      CREATE TABLE import_rows (
        import_id uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
        row integer NOT NULL,
        verdict varchar(50) NOT NULL,
        value varchar(255),
        reason varchar(500),
        person uuid,
        PRIMARY KEY (import_id, row)
      );
      ALTER TABLE import_rows ENABLE ROW LEVEL SECURITY;

      CREATE TABLE import_people (
        import_id uuid NOT NULL REFERENCES imports ON DELETE CASCADE,
        person uuid NOT NULL,
        verdict varchar(50) NOT NULL,
        lead_id uuid,
        PRIMARY KEY (import_id, person)
      );
      ALTER TABLE import_people ENABLE ROW LEVEL SECURITY;

      ALTER TABLE dnc_entries ADD COLUMN import_id uuid REFERENCES imports ON DELETE SET NULL;
      CREATE INDEX dnc_entries_import_idx ON dnc_entries (import_id) WHERE import_id IS NOT NULL;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE dnc_entries DROP COLUMN import_id;
      DROP TABLE import_people; DROP TABLE import_rows; DROP TABLE import_chunks; DROP TABLE imports;`);
  }
}
