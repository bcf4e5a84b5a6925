import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Marks the calls that use Outdial's relay. Keeps a conversation's sessions and the time of the request for its result.
 * Conversations of calls that ended within the last day are asked about. Earlier ones are only closed, since a callback
 * wished for in them lies in the past.
 */
export class ConcludeConversations1763857200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE calls ADD COLUMN is_relayed boolean NOT NULL DEFAULT false;
      ALTER TABLE conversations
        ADD COLUMN sessions integer NOT NULL DEFAULT 0,
        ADD COLUMN has_answered boolean NOT NULL DEFAULT false,
        ADD COLUMN session_end varchar(50) CONSTRAINT conversations_session_end_check
          CHECK (session_end IN ('hung_up', 'agent_hung_up', 'silence', 'longest_call', 'model_failed', 'shut_down',
            'lost')),
        ADD COLUMN conclude_at timestamptz,
        ADD COLUMN conclude_attempts integer NOT NULL DEFAULT 0;
      CREATE INDEX conversations_conclude_at_idx ON conversations (conclude_at) WHERE conclude_at IS NOT NULL;

      UPDATE conversations SET has_answered = true WHERE status = 'in_progress';
      UPDATE conversations v SET
        conclude_at = CASE WHEN c.ended_at > now() - interval '1 day' THEN now() END,
        status = CASE WHEN c.ended_at > now() - interval '1 day' THEN v.status ELSE 'completed' END
      FROM calls c
      WHERE c.id = v.call_id AND v.status = 'in_progress' AND c.status NOT IN ('initiated', 'ringing', 'in_progress');
      UPDATE calls c SET is_relayed = true FROM conversations v
      WHERE v.call_id = c.id AND v.status = 'in_progress' AND c.status IN ('initiated', 'ringing', 'in_progress')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE conversations DROP COLUMN sessions, DROP COLUMN has_answered, DROP COLUMN session_end,
        DROP COLUMN conclude_at,
        DROP COLUMN conclude_attempts;
      ALTER TABLE calls DROP COLUMN is_relayed`);
  }
}
