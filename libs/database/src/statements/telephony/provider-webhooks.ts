import type { Sql } from '../../connection/sql.js';

export interface UnusableWebhook {
  readonly provider: string;
  /** Account whose secret signed it; null: the installation's own. */
  readonly accountId: string | null;
  /** Taken from the path as it came. */
  readonly dialerJobId: string;
  readonly isJobKnown: boolean;
  readonly body: string;
  /** SHA-256 of the body as it came, in hexadecimal. */
  readonly digest: string;
  readonly problem: string;
}

/**
 * Most webhooks that are kept of one dialer job, and of one account. A sender that can sign could otherwise fill the
 * database. Unknown dialer jobs of an account count together.
 */
const MOST_OF_A_JOB = 20;
const MOST_OF_AN_ACCOUNT = 1_000;

/** Characters of a body that are kept. */
export const LONGEST_BODY = 65_536;

/**
 * Keeps provider webhooks that could not be applied, each once, up to the limits. Run in a transaction of its own; an
 * advisory lock lets one at a time count and insert. The body is left out where the person was erased.
 * @returns the number of webhooks that the limits have left out.
 */
export async function keepWebhooks(sql: Sql, webhooks: readonly UnusableWebhook[]): Promise<number> {
  await sql.run(IN_TURN);
  const rows = webhooks.map((one) => ({
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
  name: 'keep-provider-webhooks',
  text: `
    WITH told AS (
      SELECT DISTINCT ON (provider, "dialerJobId", digest)
        provider, "accountId" AS account_id, "dialerJobId" AS job_id, "isJobKnown" AS is_known, body,
        decode(digest, 'hex') AS digest, problem
      FROM jsonb_to_recordset($1::jsonb) AS t (
        provider text, "accountId" uuid, "dialerJobId" text, "isJobKnown" boolean, body text, digest text, problem text)
    ), fresh AS (
      SELECT t.*, row_number() OVER (PARTITION BY provider, job_id) AS of_job FROM told t
      WHERE NOT EXISTS (SELECT FROM provider_webhooks p
        WHERE (p.dialer_job_id, p.provider, p.digest) = (t.job_id, t.provider, t.digest))
    ), fitting AS (
      SELECT f.*, row_number() OVER (PARTITION BY account_id, is_known) AS of_account FROM fresh f
      WHERE of_job + (SELECT count(*) FROM provider_webhooks p
        WHERE p.dialer_job_id = f.job_id AND p.provider = f.provider) <= $2
    ), kept AS (
      INSERT INTO provider_webhooks (provider, telephony_account_id, dialer_job_id, is_job_known, body, digest, problem)
      SELECT provider, account_id, job_id, is_known, CASE WHEN is_known AND EXISTS (
          SELECT FROM dialer_jobs j JOIN leads l ON l.id = j.lead_id
            WHERE j.id = job_id::uuid AND l.erased_at IS NOT NULL
        ) THEN '' ELSE body END, digest, problem
      FROM fitting f
      WHERE of_account + (SELECT count(*) FROM provider_webhooks p
          WHERE p.telephony_account_id IS NOT DISTINCT FROM f.account_id AND p.is_job_known = f.is_known) <= $3
      RETURNING 1
    )
    SELECT ((SELECT count(*) FROM fresh) - (SELECT count(*) FROM kept))::int AS n`,
};

const WEBHOOK_DAYS = 30;

/** Deletes at most `limit` webhooks that are older than `WEBHOOK_DAYS`, oldest first. @returns how many. */
export async function dropOldWebhooks(sql: Sql, limit: number): Promise<number> {
  const [row] = await sql.run<{ n: number }>(DROP, [limit, WEBHOOK_DAYS]);
  return row?.n ?? 0;
}

const DROP = {
  name: 'drop-old-provider-callbacks',
  text: `
    WITH gone AS (
      DELETE FROM provider_webhooks WHERE id IN (
        SELECT id FROM provider_webhooks WHERE received_at < now() - $2 * interval '1 day'
        ORDER BY received_at LIMIT $1) RETURNING 1)
    SELECT count(*)::int AS n FROM gone`,
};

/** Empties the bodies of webhooks about people who were erased. */
export async function emptyWebhooksOfErased(sql: Sql): Promise<void> {
  await sql.run(EMPTY);
}

const EMPTY = {
  name: 'empty-callbacks-of-erased',
  text: `
    UPDATE provider_webhooks p SET body = '' FROM dialer_jobs j JOIN leads l ON l.id = j.lead_id
    WHERE p.body <> '' AND j.id = CASE WHEN p.is_job_known THEN p.dialer_job_id::uuid END AND l.erased_at IS NOT NULL`,
};
