import type { MigrationInterface, QueryRunner } from 'typeorm';

const ENDS = ['hung_up', 'agent_hung_up', 'silence', 'longest_call', 'model_failed', 'shut_down', 'lost'];

/** Lets a conversation end for its length. All rows stay valid. */
export class BoundConversations1763858620000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(checked([...ENDS, 'too_long']));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE conversations SET session_end = 'longest_call' WHERE session_end = 'too_long'`);
    await runner.query(checked(ENDS));
  }
}

function checked(ends: readonly string[]): string {
  return `
    ALTER TABLE conversations DROP CONSTRAINT conversations_session_end_check,
      ADD CONSTRAINT conversations_session_end_check
        CHECK (session_end IN (${ends.map((end) => `'${end}'`).join(', ')}))`;
}
