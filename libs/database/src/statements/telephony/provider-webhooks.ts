import type { Sql } from '../../connection/sql.js';

export interface UnusableCallback {
  readonly provider: string;
  /** Of the account whose secret signed it; null: of the installation's own. */
  readonly accountId: string | null;
  /** As it stood in the path. */
  readonly dialerJobId: string;
  readonly isJobKnown: boolean;
  readonly body: string;
  /** Of the body as it came, in hexadecimal. */
  readonly digest: string;
  readonly problem: string;
}

/**
 * Who can sign could otherwise fill the database: of one dialer job, and of one account; of the dialer jobs that are
 * not known, all together.
 */
const MOST_OF_A_JOB = 20;
const MOST_OF_AN_ACCOUNT = 1_000;

/** What is kept of a body. */
export const LONGEST_BODY = 65_536;

/**
 * Keeps what providers told us and we could not apply: each once, however often it is sent, and as many as there is
 * room for. Run in a transaction of its own, one at a time. Of somebody who was erased nothing is kept but that it
 * came.
 * @returns how many there was no room for.
 */
export async function keepCallbacks(sql: Sql, callbacks: readonly UnusableCallback[]): Promise<number> {
  await sql.run(IN_TURN);
  const rows = callbacks.map((one) => ({
    ...one,
    body: one.body.slice(0, LONGEST_BODY),
    problem: one.problem.slice(0, 255),
  }));
  const [left] = await sql.run<{ n: number }>(KEEP, [JSON.stringify(rows), MOST_OF_A_JOB, MOST_OF_AN_ACCOUNT]);
  return left?.n ?? 0;
}

const IN_TURN = {
  name: 'keep-callbacks-in-turn',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('provider callbacks', 0))`,
};

const KEEP = {
  name: 'keep-provider-callbacks',
  text: `
    WITH told AS (
      SELECT DISTINCT ON (provider, "dialerJobId", digest) provider, "accountId" AS account_id, "dialerJobId" AS job_id, "isJobKnown" AS is_known,
        body, decode(digest, 'hex') AS digest, problem
      FROM jsonb_to_recordset($1::jsonb) AS t (
        provider text, "accountId" uuid, "dialerJobId" text, "isJobKnown" boolean, body text, digest text, problem text)
    ), fresh AS (
      SELECT t.*, row_number() OVER (PARTITION BY provider, job_id) AS of_job FROM told t
      WHERE NOT EXISTS (SELECT FROM provider_callbacks p WHERE (p.dialer_job_id, p.provider, p.digest) = (t.job_id, t.provider, t.digest))
    ), fitting AS (
      SELECT f.*, row_number() OVER (PARTITION BY account_id, is_known) AS of_account FROM fresh f
      WHERE of_job + (SELECT count(*) FROM provider_callbacks p WHERE p.dialer_job_id = f.job_id AND p.provider = f.provider) <= $2
    ), kept AS (
      INSERT INTO provider_callbacks (provider, telephony_account_id, dialer_job_id, is_job_known, body, digest, problem)
      SELECT provider, account_id, job_id, is_known, CASE WHEN is_known AND EXISTS (
          SELECT FROM dialer_jobs j JOIN leads l ON l.id = j.lead_id WHERE j.id = job_id::uuid AND l.erased_at IS NOT NULL
        ) THEN '' ELSE body END, digest, problem
      FROM fitting f
      WHERE of_account + (SELECT count(*) FROM provider_callbacks p
          WHERE p.telephony_account_id IS NOT DISTINCT FROM f.account_id AND p.is_job_known = f.is_known) <= $3
      RETURNING 1
    )
    SELECT ((SELECT count(*) FROM fresh) - (SELECT count(*) FROM kept))::int AS n`,
};

export interface KeptCallback {
  readonly id: string;
  readonly received_at: Date;
  readonly provider: string;
  readonly telephony_account_id: string | null;
  readonly dialer_job_id: string;
  readonly body: string;
  readonly problem: string;
}

/** The latest ones, newest first. */
export function keptCallbacks(sql: Sql, limit: number): Promise<KeptCallback[]> {
  return sql.run<KeptCallback>(LIST, [limit]);
}

const LIST = {
  name: 'list-provider-callbacks',
  text: `
    SELECT id, received_at, provider, telephony_account_id, dialer_job_id, body, problem FROM provider_callbacks
    ORDER BY received_at DESC LIMIT $1`,
};

const CALLBACK_DAYS = 30;

/** Deletes the oldest of those that have been kept for long enough, at most `limit`. @returns how many. */
export async function dropOldCallbacks(sql: Sql, limit: number): Promise<number> {
  const [row] = await sql.run<{ n: number }>(DROP, [limit, CALLBACK_DAYS]);
  return row?.n ?? 0;
}

const DROP = {
  name: 'drop-old-provider-callbacks',
  text: `
    WITH gone AS (
      DELETE FROM provider_callbacks WHERE id IN (
        SELECT id FROM provider_callbacks WHERE received_at < now() - $2 * interval '1 day'
        ORDER BY received_at LIMIT $1) RETURNING 1)
    SELECT count(*)::int AS n FROM gone`,
};

/** Leaves nothing of what is kept about people who have been erased but that it came. */
export async function emptyCallbacksOfErased(sql: Sql): Promise<void> {
  await sql.run(EMPTY);
}

const EMPTY = {
  name: 'empty-callbacks-of-erased',
  text: `
    UPDATE provider_callbacks p SET body = '' FROM dialer_jobs j JOIN leads l ON l.id = j.lead_id
    WHERE p.body <> '' AND j.id = CASE WHEN p.is_job_known THEN p.dialer_job_id::uuid END AND l.erased_at IS NOT NULL`,
};
