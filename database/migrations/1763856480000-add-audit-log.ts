import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds the audit log: one chain of hashes per tenant. The database makes the hashes itself, so that no writer can leave
 * them out.
 */
export class AddAuditLog1763856480000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_heads (
        tenant_id varchar(255) PRIMARY KEY,
        seq bigint NOT NULL DEFAULT 0,
        hash bytea NOT NULL DEFAULT sha256('')
      );
      ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;

      CREATE TABLE audit_log (
        tenant_id varchar(255) NOT NULL,
        seq bigint NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        actor_kind varchar(50) NOT NULL CONSTRAINT audit_log_actor_kind_check
          CHECK (actor_kind IN ('user', 'engine', 'operator')),
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
          coalesce(actor_id, '') || coalesce(subject_id, '') || coalesce(ip, '') || coalesce(request_id,
            '') !~ '[\\x01-\\x1f]')
      );
      CREATE INDEX audit_log_subject_idx ON audit_log (tenant_id, subject_id, seq DESC);
      ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;

      CREATE FUNCTION chain_audit_record() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO audit_heads (tenant_id) VALUES (NEW.tenant_id) ON CONFLICT DO NOTHING;
        SELECT seq + 1, hash INTO NEW.seq, NEW.previous_hash FROM audit_heads WHERE tenant_id = NEW.tenant_id
          FOR UPDATE;
        NEW.hash = sha256(convert_to(concat_ws(E'\\x1f', encode(NEW.previous_hash, 'hex'), NEW.tenant_id, NEW.seq,
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
      CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW
        EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT
        EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER audit_heads_stay BEFORE DELETE ON audit_heads FOR EACH ROW EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER audit_heads_no_truncate BEFORE TRUNCATE ON audit_heads FOR EACH STATEMENT
        EXECUTE FUNCTION refuse_change();`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE audit_log; DROP TABLE audit_heads; DROP FUNCTION chain_audit_record();
      DROP FUNCTION refuse_change();`);
  }
}
