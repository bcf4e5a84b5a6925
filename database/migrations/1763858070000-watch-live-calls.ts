import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the time for which sweepers have watched a live dialer job, by monotonic clocks. */
export class WatchLiveCalls1763858070000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE dialer_jobs ADD COLUMN watched_ms integer NOT NULL DEFAULT 0 CHECK (watched_ms >= 0)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE dialer_jobs DROP COLUMN watched_ms`);
  }
}
