import { timelineSwitches, type RememberedDatabase } from '#rules/restore/restore-signs.js';
import type { Sql } from '../../../connection/sql.js';

/** State of the database now, compared with what a process remembers. */
export interface PresentDatabase extends RememberedDatabase {
  /** Id of the database. Every copy of it has the same. */
  readonly installation_id: string;
  /** True from when the database was found to be restored until an operator releases it. */
  readonly is_restored: boolean;
  /** True for a standby, which can only be read. */
  readonly in_recovery: boolean;
}

type StandingRow = Omit<PresentDatabase, 'switches'> & { readonly history: string | null };

export async function readStanding(sql: Sql): Promise<PresentDatabase> {
  const [row] = await sql.run<StandingRow>(READ).catch(explainOldSchema);
  if (!row) throw new Error('The tables installation and dialing_counter have no row: run npm run migrate.');
  const { history, ...standing } = row;
  return { ...standing, switches: history === null ? null : timelineSwitches(history) };
}

/** Selects the part of the present state that a process remembers. */
export function rememberedOf(present: PresentDatabase): RememberedDatabase {
  const { system_identifier, database_oid, timeline, position, switches, counter, acceptance } = present;
  return { system_identifier, database_oid, timeline, position, switches, counter, acceptance };
}

/** SQLSTATE codes of a missing function, table and column. */
const UNKNOWN = ['42883', '42P01', '42703'];

function explainOldSchema(error: Error): never {
  const { code } = error as { code?: string };
  if (!UNKNOWN.includes(code ?? '')) throw error;
  throw new Error('The schema of the database is older than this version: run npm run migrate.', { cause: error });
}

const READ = {
  name: 'read-standing',
  text: `
    SELECT i.id AS installation_id, i.restored_at IS NOT NULL AS is_restored, i.acceptance, c.n::text AS counter,
      d.oid::text AS database_oid,
      s.in_recovery, s.system_identifier, s.timeline, s.log_position::text AS position, s.history
    FROM installation i CROSS JOIN dialing_counter c CROSS JOIN server_standing() s
      JOIN pg_database d ON d.datname = current_database()`,
};

/**
 * Raises the dialing counter. Outside of a transaction, the new value is on disk when this returns. The counter of a
 * restored database stands still, so that it cannot catch up with what processes remember.
 * @returns the new value; null for a restored database.
 */
export async function raiseDialingCounter(sql: Sql): Promise<string | null> {
  const [row] = await sql.run<{ counter: string }>(RAISE);
  return row?.counter ?? null;
}

const RAISE = {
  name: 'raise-dialing-counter',
  text: `
    UPDATE dialing_counter SET n = n + 1 WHERE NOT EXISTS (SELECT FROM installation WHERE restored_at IS NOT NULL)
    RETURNING n::text AS counter`,
};
