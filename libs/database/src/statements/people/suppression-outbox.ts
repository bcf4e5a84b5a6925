import type { SuppressionKind } from '../../entities/suppression-outbox.entity.js';
import type { Sql } from '../../connection/sql.js';
import { allowMinutes, MINUTES_TIMEOUT_MS } from '../parts/allow-minutes.js';

/** Line for the file of SUPPRESSION_LOG. */
export interface SuppressionEntry {
  readonly seq: string;
  readonly id: string;
  readonly at: Date;
  readonly tenant_id: string;
  readonly kind: SuppressionKind;
  readonly phone_number: string | null;
  /** Hexadecimal. */
  readonly person_hash: string | null;
  readonly reason: string | null;
  readonly source: string | null;
  readonly expires_at: Date | null;
}

/** Returns the oldest lines that are not in the log yet. One worker at a time calls this, under a lease. */
export function readSuppressionEntries(sql: Sql, limit: number): Promise<SuppressionEntry[]> {
  return sql.run<SuppressionEntry>(READ, [limit]);
}

const READ = {
  name: 'read-suppression-entries',
  text: `
    SELECT seq, id, at, tenant_id, kind, phone_number, encode(person_hash, 'hex') AS person_hash,
      reason, source, expires_at
    FROM suppression_outbox ORDER BY seq LIMIT $1`,
};

/** Deletes lines that are in the log. */
export async function dropSuppressionEntries(sql: Sql, seqs: readonly string[]): Promise<void> {
  await sql.run(DROP, [seqs]);
}

const DROP = { name: 'drop-suppression-entries', text: `DELETE FROM suppression_outbox WHERE seq = ANY($1::bigint[])` };

/** Waits for transactions that suppress without leaving a line, and lets none begin until the commit. */
export async function lockSuppressions(sql: Sql): Promise<void> {
  await allowMinutes(sql);
  await sql.run(EXCLUDE);
}

const EXCLUDE = {
  name: 'exclude-suppressions',
  text: `LOCK TABLE dnc_entries, consents, erased_people IN SHARE ROW EXCLUSIVE MODE`,
};

/** Switches the suppression log on. @returns false if it was on already. */
export async function switchSuppressionLogOn(sql: Sql): Promise<boolean> {
  return (await sql.run(SWITCH_ON)).length > 0;
}

const SWITCH_ON = {
  name: 'switch-suppression-log-on',
  text: `UPDATE installation SET logs_suppressions = true WHERE NOT logs_suppressions RETURNING is_only`,
};

/** Writes a line for every present suppression. The caller has allowed minutes (`lockSuppressions`). */
export async function snapshotSuppressions(sql: Sql): Promise<void> {
  await sql.run(SNAPSHOT);
}

const SNAPSHOT = {
  name: 'snapshot-suppressions',
  text: `
    WITH listed AS (
      INSERT INTO suppression_outbox (tenant_id, kind, phone_number, reason, source, expires_at)
      SELECT tenant_id, 'listed', phone_number, reason, source, expires_at FROM dnc_entries WHERE NOT is_test
    )
    INSERT INTO suppression_outbox (tenant_id, kind, person_hash)
    SELECT tenant_id, 'erased', person_hash FROM erased_people`,
  timeoutMs: MINUTES_TIMEOUT_MS,
};

/** Switches the suppression log off, and deletes the lines that wait for it. */
export async function stopSuppressionEntries(sql: Sql): Promise<void> {
  await sql.run(SWITCH_OFF);
}

const SWITCH_OFF = {
  name: 'switch-suppression-log-off',
  text: `
    WITH dropped AS (
      DELETE FROM suppression_outbox
    )
    UPDATE installation SET logs_suppressions = false`,
};

export interface SuppressionBacklog {
  readonly is_on: boolean;
  readonly waiting: number;
  /** Null: nothing waits. */
  readonly oldest: Date | null;
  /** True if the oldest line has waited so long that the log must be failing. */
  readonly is_behind: boolean;
}

export async function readSuppressionBacklog(sql: Sql): Promise<SuppressionBacklog> {
  const [row] = await sql.run<SuppressionBacklog>(BACKLOG);
  return row ?? { is_on: false, waiting: 0, oldest: null, is_behind: false };
}

/** Counting stops where the figure tells no more; the oldest is the first by `seq`. */
const BACKLOG = {
  name: 'read-suppression-backlog',
  text: `
    SELECT logs_suppressions AS is_on, o.at AS oldest, coalesce(o.at < now() - interval '1 minute', false) AS is_behind,
      (SELECT count(*)::int FROM (SELECT FROM suppression_outbox LIMIT 100000) w) AS waiting
    FROM installation LEFT JOIN LATERAL (SELECT at FROM suppression_outbox ORDER BY seq LIMIT 1) o ON true`,
};
