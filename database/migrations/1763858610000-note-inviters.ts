import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Notes the user who sent an invitation. It ends when that user is deactivated or loses the admin role. Null is the
 * operator. The audit log, which has every invitation, names the senders of open ones.
 */
export class NoteInviters1763858610000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE one_time_links ADD COLUMN invited_by uuid REFERENCES user_profiles ON DELETE CASCADE;
      CREATE INDEX one_time_links_invited_by_idx ON one_time_links (invited_by) WHERE invited_by IS NOT NULL;
      UPDATE one_time_links l SET invited_by = u.id
      FROM audit_log a JOIN user_profiles u ON u.id::text = a.actor_id::text AND u.tenant_id = a.tenant_id
      WHERE l.purpose = 'invitation' AND l.used_at IS NULL AND a.tenant_id = l.tenant_id
        AND a.action = 'user.invite' AND a.actor_kind = 'user' AND a.subject_id = l.id::text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE one_time_links DROP COLUMN invited_by');
  }
}
