import { Import, type ImportFindings, type ImportOptions } from '../../entities/import.entity.js';
import {
  CLAIMED_IMPORT_STATUSES,
  WORKED_IMPORT_STATUSES,
  type ClaimedImportStatus,
  type ImportKind,
  type RowVerdict,
} from '#rules/lead/import-status.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { sqlList } from '../parts/sql-list.js';

/** Import that a worker has claimed. */
export interface ClaimedImport {
  readonly id: string;
  readonly tenant_id: string;
  readonly kind: ImportKind;
  readonly campaign_id: string | null;
  /** True if its campaign is a test campaign. Numbers that the file forbids are then forbidden in tests only. */
  readonly is_test: boolean;
  readonly status: ClaimedImportStatus;
  readonly options: ImportOptions;
  /** Findings of the worker that began it; null: none has. */
  readonly found: ImportFindings | null;
  readonly rows_read: number;
  readonly tries: number;
  readonly default_country: string | null;
  readonly now: Date;
}

/** Seconds for which a claim keeps other workers from an import. Each sign of life renews it. */
const CLAIM_SECONDS = 15;

/**
 * Claims an import that has no worker. It is new, to be undone, or left by another worker. The tenant whose imports
 * were worked on least recently comes first. Of its imports, the one that has waited longest comes first.
 */
export async function claimImport(sql: Sql, holder: string): Promise<ClaimedImport | undefined> {
  const [claimed] = await sql.run<ClaimedImport>(CLAIM, [holder, CLAIM_SECONDS]);
  return claimed;
}

const CLAIM = {
  name: 'claim-import',
  text: `
    WITH free AS (
      SELECT f.id FROM imports f WHERE f.status IN (${sqlList(WORKED_IMPORT_STATUSES)})
        AND (f.claimed_until <= now() OR f.claimed_until > now() + interval '15 minutes')
      ORDER BY (SELECT max(coalesce(o.claimed_until, o.finished_at)) FROM imports o WHERE o.tenant_id = f.tenant_id
          AND o.started_at IS NOT NULL
          AND coalesce(o.finished_at, o.claimed_until) > now() - interval '10 minutes') NULLS FIRST,
        f.claimed_until
      LIMIT 1 FOR UPDATE OF f SKIP LOCKED
    ), taken AS (
      UPDATE imports i SET status = CASE i.status WHEN 'queued' THEN 'running' ELSE i.status END, holder = $1,
        tries = i.tries + 1,
        claimed_until = now() + $2 * interval '1 second', started_at = coalesce(i.started_at, now())
      FROM free WHERE i.id = free.id RETURNING i.*
    )
    SELECT t.id, t.tenant_id, t.kind, t.campaign_id, coalesce(k.is_test, false) AS is_test, t.status, t.options,
      t.found, t.rows_read, t.tries,
      coalesce(t.options ->> 'default_country', k.default_country, n.default_country) AS default_country, now() AS now
    FROM taken t JOIN tenants n ON n.id = t.tenant_id LEFT JOIN campaigns k ON k.id = t.campaign_id`,
};

/**
 * Locks an import that this worker has claimed. A transaction that also locks the campaign locks it before.
 * @returns false if the import was canceled, or another worker has claimed it.
 */
export async function extendClaim(
  sql: Sql,
  { importId, holder, status }: { importId: string; holder: string; status: ClaimedImportStatus },
): Promise<boolean> {
  const rows = await sql.run(EXTEND_CLAIM, [importId, holder, status]);
  return rows.length > 0;
}

const EXTEND_CLAIM = {
  name: 'hold-import',
  text: `SELECT id FROM imports WHERE id = $1 AND holder = $2 AND status = $3 FOR UPDATE`,
};

/** True if imports of other tenants wait for a worker. */
export async function othersWaitForImports(sql: Sql, tenantId: string): Promise<boolean> {
  return (await sql.run(OTHERS_WAIT, [tenantId])).length > 0;
}

const OTHERS_WAIT = {
  name: 'others-wait-for-imports',
  text: `
    SELECT 1 AS one FROM imports WHERE status IN (${sqlList(WORKED_IMPORT_STATUSES)}) AND claimed_until <= now()
      AND tenant_id <> $1
    LIMIT 1`,
};

/** Adds findings of a file to those that are stored. */
export async function noteFindings(
  { manager }: Transaction,
  importId: string,
  found: Partial<ImportFindings>,
): Promise<void> {
  await manager
    .createQueryBuilder()
    .update(Import)
    .set({ found: () => `coalesce(found, '{}') || CAST(:found AS jsonb)` })
    .where({ id: importId })
    .setParameter('found', JSON.stringify(found))
    .execute();
}

/** Row of the file with its verdict. */
export interface JudgedRow {
  readonly row: number;
  readonly verdict: RowVerdict;
  /** The number as it stood in the file. */
  readonly value: string | null;
  readonly reason: string | null;
  /** Keyed hash of the number, as a UUID; null where there is no number. */
  readonly person: string | null;
  readonly lead_id: string | null;
  /** True if its end could not be read, or is two dates. The number is then on the list for good. */
  readonly is_for_good?: boolean;
  /** True if the row names a number that is not on the list, since it cannot be read. */
  readonly is_lost?: boolean;
}

interface AdvancedImport {
  readonly importId: string;
  readonly bytesRead: number;
  readonly rows: readonly JudgedRow[];
  readonly mostKept?: number;
}

/** Limit of the rows of one import that rows.csv shows; rows beyond it are only counted. */
export const MOST_ROWS_KEPT = 100_000;

/**
 * Stores the results of a batch of rows: counts, and the people whom the rows name. Rows that were not created, or
 * have a reason, are stored up to `mostKept`. The caller has locked the import.
 */
export async function advanceImport(
  sql: Sql,
  { importId, bytesRead, rows, mostKept = MOST_ROWS_KEPT }: AdvancedImport,
): Promise<void> {
  await sql.run(ADVANCE, [importId, JSON.stringify(rows), bytesRead, CLAIM_SECONDS, mostKept]);
}

const ADVANCE = {
  name: 'advance-import',
  text: `
    WITH judged AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset($2::jsonb) AS r (row int, verdict text, value text, reason text, person uuid,
        lead_id uuid, is_for_good boolean, is_lost boolean)
    ), told AS MATERIALIZED (
      SELECT j.*, row_number() OVER (ORDER BY j.row) <= $5 - i.rows_kept AS is_kept
      FROM judged j JOIN imports i ON i.id = $1 WHERE j.verdict <> 'created' OR j.reason IS NOT NULL
    ), refused AS (
      INSERT INTO import_rows (import_id, row, verdict, value, reason, person)
      SELECT $1, row, verdict, left(value, 255), left(reason, 500), person FROM told WHERE is_kept
    ), named AS (
      INSERT INTO import_people (import_id, person, verdict, lead_id)
      SELECT $1, person, verdict, lead_id FROM judged WHERE person IS NOT NULL AND verdict <> 'duplicate_in_file'
    )
    UPDATE imports i SET rows_read = i.rows_read + c.n, created = i.created + c.created,
      revived = i.revived + c.revived, updated = i.updated + c.updated,
      duplicate_in_file = i.duplicate_in_file + c.in_file,
      duplicate_existing = i.duplicate_existing + c.existing, invalid = i.invalid + c.invalid,
      suppressed = i.suppressed + c.suppressed, listed_for_good = i.listed_for_good + c.for_good,
      not_listed = i.not_listed + c.lost, rows_kept = i.rows_kept + k.kept,
      rows_left_out = i.rows_left_out + k.left_out,
      bytes_read = $3, tries = 0, claimed_until = now() + $4 * interval '1 second'
    FROM (
      SELECT count(*)::int AS n, count(*) FILTER (WHERE verdict = 'created')::int AS created,
        count(*) FILTER (WHERE verdict = 'revived')::int AS revived,
        count(*) FILTER (WHERE verdict = 'updated')::int AS updated,
        count(*) FILTER (WHERE verdict = 'duplicate_in_file')::int AS in_file,
        count(*) FILTER (WHERE verdict = 'duplicate_existing')::int AS existing,
        count(*) FILTER (WHERE verdict = 'invalid')::int AS invalid,
        count(*) FILTER (WHERE verdict = 'suppressed')::int AS suppressed,
        count(*) FILTER (WHERE is_for_good)::int AS for_good, count(*) FILTER (WHERE is_lost)::int AS lost
      FROM judged) c, (
      SELECT count(*) FILTER (WHERE is_kept)::int AS kept, count(*) FILTER (WHERE NOT is_kept)::int AS left_out
        FROM told) k
    WHERE i.id = $1`,
};

export interface ImportEnd {
  readonly status: 'completed' | 'failed' | 'undone';
  readonly problem?: { readonly code: string; readonly message: string };
}

/**
 * Ends an import that this worker has claimed. If numbers of the file could not be put on the do-not-call list, the
 * import's problem says so.
 * @returns false if this worker no longer had it.
 */
export async function endImport(
  sql: Sql,
  { importId, holder }: { importId: string; holder: string },
  { status, problem }: ImportEnd,
): Promise<boolean> {
  const rows = await sql.run(END, [importId, holder, status, problem?.code ?? null, problem?.message ?? null]);
  return rows.length > 0;
}

/** Condition of an import that can be claimed by a worker. */
const IS_CLAIMED = `status IN (${sqlList(CLAIMED_IMPORT_STATUSES)})`;

const LEAVES_NUMBERS = `$3::varchar = 'completed' AND not_listed > 0`;

const END = {
  name: 'end-import',
  text: `
    UPDATE imports SET status = $3::varchar,
        problem_code = coalesce($4, CASE WHEN ${LEAVES_NUMBERS} THEN 'numbers_not_listed' END),
        problem = coalesce(left($5, 1000), CASE WHEN ${LEAVES_NUMBERS}
          THEN not_listed || ' rows name a number that cannot be read and is NOT '
          'on the do-not-call list: rows.csv says which and why' || CASE WHEN rows_left_out > 0
            THEN ', of the first ' || rows_kept || ' rows that it has' ELSE '' END
          || '. Correct them and send them again.' END), holder = NULL, claimed_until = NULL, finished_at = now(),
        bytes_read = CASE WHEN $3::varchar = 'completed' THEN file_bytes ELSE bytes_read END
    WHERE id = $1 AND holder = $2 AND ${IS_CLAIMED} RETURNING id`,
};

/**
 * Gives up the claim of an import that has failed for now. Any worker may claim it again after a pause that grows with
 * each try. `holder` is cleared, so that a late sign of life does not renew the claim.
 */
export async function letGoOfImport(sql: Sql, importId: string, holder: string): Promise<void> {
  await sql.run(LET_GO, [importId, holder]);
}

const LET_GO = {
  name: 'release-import-claim',
  text: `
    UPDATE imports SET holder = NULL, claimed_until = now() + least(60, 2 ^ tries) * interval '1 second'
    WHERE id = $1 AND holder = $2 AND ${IS_CLAIMED}`,
};

/** Gives up the claim of an import for 10 s, since the database is not working. This does not count as a try. */
export async function waitWithImport(sql: Sql, importId: string, holder: string): Promise<void> {
  await sql.run(WAIT, [importId, holder]);
}

const WAIT = {
  name: 'wait-with-import',
  text: `
    UPDATE imports SET holder = NULL, claimed_until = now() + interval '10 seconds', tries = greatest(0, tries - 1)
    WHERE id = $1 AND holder = $2 AND ${IS_CLAIMED}`,
};

/** Gives up the claim of an import at once, since this worker stops. This does not count as a try. */
export async function giveImportBack(sql: Sql, importId: string, holder: string): Promise<void> {
  await sql.run(GIVE_BACK, [importId, holder]);
}

const GIVE_BACK = {
  name: 'return-import',
  text: `
    UPDATE imports SET holder = NULL, claimed_until = now(), tries = greatest(0, tries - 1)
    WHERE id = $1 AND holder = $2 AND ${IS_CLAIMED}`,
};

/**
 * Renews the claim of an import. A worker may read for long before the first row of a batch.
 * @returns false if the import was canceled, or another worker has claimed it.
 */
export async function keepImport(sql: Sql, importId: string, holder: string): Promise<boolean> {
  return (await sql.run(KEEP, [importId, holder, CLAIM_SECONDS])).length > 0;
}

const KEEP = {
  name: 'keep-import',
  text: `
    UPDATE imports SET claimed_until = now() + $3 * interval '1 second'
    WHERE id = $1 AND holder = $2 AND ${IS_CLAIMED} RETURNING id`,
};
