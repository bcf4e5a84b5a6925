import { MOST_TRIES, type WorkKind } from '#rules/attempt/work-tries.js';
import type { Sql } from '../../../connection/sql.js';

interface Work {
  readonly kind: WorkKind;
  /** Ids of calls, dialer jobs, campaigns or imports, or the name of a sweeper's step. */
  readonly subjects: readonly string[];
}

/** Given-up work may be tried once more after this long. A repeated duty such as retention is not dropped for ever. */
const AGAIN_AFTER = `interval '1 day'`;

/**
 * Counts for each subject how often a worker began it without an end.
 * @returns the counts; subjects without one are missing.
 */
export async function triesOf(sql: Sql, { kind, subjects }: Work): Promise<Map<string, number>> {
  const rows = await sql.run<{ subject: string; tries: number }>(TRIES, [kind, subjects, MOST_TRIES]);
  return new Map(rows.map(({ subject, tries }) => [subject, tries]));
}

const TRIES = {
  name: 'tries-of-work',
  text: `
    SELECT subject, least(tries, $3) - CASE WHEN given_up_at < now() - ${AGAIN_AFTER} THEN 1 ELSE 0 END AS tries
    FROM work_tries WHERE kind = $1 AND subject = ANY($2::varchar[])`,
};

/** Counts a try of each subject. It is committed before the work begins, so a worker that dies leaves the count. */
export async function beginWork(sql: Sql, { kind, subjects }: Work): Promise<void> {
  if (subjects.length > 0) await sql.run(BEGIN, [kind, subjects.toSorted()]);
}

const BEGIN = {
  name: 'begin-work',
  text: `
    INSERT INTO work_tries AS w (kind, subject, tries) SELECT $1, subject, 1 FROM unnest($2::varchar[]) AS subject
    ON CONFLICT (kind, subject) DO UPDATE SET tries = w.tries + 1, begun_at = now(), given_up_at = NULL`,
};

/** Removes the counts of subjects that a worker has survived, whether the work succeeded or failed. */
export async function endWork(sql: Sql, { kind, subjects }: Work): Promise<void> {
  if (subjects.length > 0) await sql.run(END, [kind, subjects]);
}

const END = {
  name: 'end-work',
  text: `
    WITH locked AS (
      SELECT kind, subject FROM work_tries WHERE kind = $1 AND subject = ANY($2::varchar[]) ORDER BY subject FOR UPDATE
    )
    DELETE FROM work_tries w USING locked WHERE w.kind = locked.kind AND w.subject = locked.subject`,
};

/**
 * Marks a subject as given up: no worker tries it any more.
 * @returns true if that is new.
 */
export async function giveUpWork(sql: Sql, { kind, subject }: { kind: WorkKind; subject: string }): Promise<boolean> {
  return (await sql.run(GIVE_UP, [kind, subject, MOST_TRIES])).length > 0;
}

const GIVE_UP = {
  name: 'give-up-work',
  text: `
    INSERT INTO work_tries AS w (kind, subject, tries, given_up_at) VALUES ($1, $2, $3, now())
    ON CONFLICT (kind, subject) DO UPDATE SET given_up_at = now() WHERE w.given_up_at IS NULL RETURNING w.subject`,
};

export interface GivenUpWork {
  readonly kind: WorkKind;
  readonly subject: string;
  readonly tries: number;
  readonly begun_at: Date;
  readonly given_up_at: Date;
}

/** Lists given-up work, the latest first. */
export function givenUpWork(sql: Sql, limit: number): Promise<GivenUpWork[]> {
  return sql.run<GivenUpWork>(LIST, [limit]);
}

const LIST = {
  name: 'list-given-up-work',
  text: `
    SELECT kind, subject, tries, begun_at, given_up_at FROM work_tries WHERE given_up_at IS NOT NULL
    ORDER BY given_up_at DESC LIMIT $1`,
};

/**
 * Lets workers try again what they gave up of this subject.
 * @returns the kinds of work.
 */
export async function retryGivenUpWork(sql: Sql, subject: string): Promise<WorkKind[]> {
  const rows = await sql.run<{ kind: WorkKind }>(RETRY, [subject]);
  return rows.map(({ kind }) => kind);
}

const RETRY = {
  name: 'retry-given-up-work',
  text: `DELETE FROM work_tries WHERE subject = $1 AND given_up_at IS NOT NULL RETURNING kind`,
};

const KEPT_DAYS = 90;

/**
 * Deletes tries that began long ago, at most `limit`.
 * @returns how many.
 */
export async function dropOldTries(sql: Sql, limit: number): Promise<number> {
  const [row] = await sql.run<{ n: number }>(DROP, [limit, KEPT_DAYS]);
  return row?.n ?? 0;
}

const DROP = {
  name: 'drop-old-work-tries',
  text: `
    WITH gone AS (
      DELETE FROM work_tries WHERE (kind, subject) IN (
        SELECT kind, subject FROM work_tries WHERE begun_at < now() - $2 * interval '1 day' ORDER BY begun_at LIMIT $1)
          RETURNING 1)
    SELECT count(*)::int AS n FROM gone`,
};
