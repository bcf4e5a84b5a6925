import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the minutes of a tenant that live calls reserve, and the minutes that each call was charged. */
export class AddMinutesBudget1763856780000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE tenants ADD COLUMN minutes_reserved integer NOT NULL DEFAULT 0
        CONSTRAINT tenants_minutes_reserved_check CHECK (minutes_reserved >= 0);
      ALTER TABLE calls
        ADD COLUMN reserved_minutes integer CONSTRAINT calls_reserved_minutes_check CHECK (reserved_minutes > 0),
        ADD COLUMN charged_minutes integer CONSTRAINT calls_charged_minutes_check CHECK (charged_minutes >= 0);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE calls DROP COLUMN charged_minutes, DROP COLUMN reserved_minutes;
      ALTER TABLE tenants DROP COLUMN minutes_reserved;`);
  }
}
