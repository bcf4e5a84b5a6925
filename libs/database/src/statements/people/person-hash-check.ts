import type { Sql } from '../../connection/sql.js';

export interface HashCheck {
  /** Check of the key that people are hashed with; null until the first process has stored one. */
  readonly check: Buffer | null;
  /** True if a person was erased; the person is known by a hash under that key. */
  readonly has_erased: boolean;
}

export async function readHashCheck(sql: Sql): Promise<HashCheck> {
  const [row] = await sql.run<HashCheck>(READ);
  return row!;
}

const READ = {
  name: 'read-person-hash-check',
  text: `SELECT person_hash_check AS check, EXISTS (SELECT FROM erased_people) AS has_erased FROM installation`,
};

/** Stores the check of the present key, unless another process has changed it meanwhile. @returns true if stored. */
export async function keepHashCheck(
  sql: Sql,
  { before, check }: { before: Buffer | null; check: Buffer },
): Promise<boolean> {
  return (await sql.run(KEEP, [before, check])).length > 0;
}

const KEEP = {
  name: 'keep-person-hash-check',
  text: `
    UPDATE installation SET person_hash_check = $2
    WHERE person_hash_check IS NOT DISTINCT FROM $1::bytea
      AND ($1::bytea IS NULL OR NOT EXISTS (SELECT FROM erased_people)) RETURNING is_only`,
};
