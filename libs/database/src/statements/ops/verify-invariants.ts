import type { Sql } from '../../connection/sql.js';
import { allowMinutes, MINUTES_TIMEOUT_MS } from '../parts/allow-minutes.js';
import { INVARIANTS, type Invariant } from './invariants.js';

export interface InvariantVerdict {
  readonly name: string;
  /** The rule in words, and the kind of the ids. */
  readonly sentence: string;
  readonly count: number;
  /** The first ten ids, in ascending order. */
  readonly ids: readonly string[];
}

/**
 * Checks all rows against the invariants, in one snapshot, so that work in progress does not look broken. It must come
 * first in a transaction of its own. It reads every table of the engine, and its locks block nobody.
 */
export async function verifyInvariants(sql: Sql): Promise<InvariantVerdict[]> {
  await sql.run(ONE_SNAPSHOT);
  await allowMinutes(sql);
  const verdicts: InvariantVerdict[] = [];
  for (const invariant of INVARIANTS) verdicts.push(await verify(sql, invariant));
  return verdicts;
}

async function verify(sql: Sql, { name, sentence, text }: Invariant): Promise<InvariantVerdict> {
  const rows = await sql.run<{ id: string; count: number }>({
    name: `verify-${name}`,
    timeoutMs: MINUTES_TIMEOUT_MS,
    text: `SELECT id::text, count(*) OVER ()::int AS count FROM (${text}) AS offending ORDER BY 1 LIMIT 10`,
  });
  return { name, sentence, count: rows[0]?.count ?? 0, ids: rows.map(({ id }) => id) };
}

const ONE_SNAPSHOT = { name: 'one-snapshot', text: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY' };
