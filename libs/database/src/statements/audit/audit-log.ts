import type { Act } from '#rules/access/act.js';
import { currentActor } from '../../connection/actor.js';
import type { Sql } from '../../connection/sql.js';

/** Tenant id of acts that concern the whole installation and no tenant. */
export const INSTALLATION = '';

export interface AuditRow {
  readonly seq: number;
  readonly at: Date;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly action: string;
  readonly subject_type: string;
  readonly subject_id: string | null;
  readonly detail: Record<string, unknown>;
  readonly ip: string | null;
  readonly request_id: string | null;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
}

/**
 * Writes an act to the audit log, in the transaction that does it and as its last statement. It locks the end of the
 * tenant's chain until the commit. After that the transaction may ask for no other lock.
 */
export async function recordAct(sql: Sql, tenantId: string, { action, subject, detail = {} }: Act): Promise<void> {
  const { kind, id, ip, requestId } = currentActor();
  const [subjectType] = action.split('.');
  const values = [tenantId, kind, id, action, subjectType, subject, JSON.stringify(detail), ip, requestId];
  await sql.run(RECORD, values);
}

const RECORD = {
  name: 'record-act',
  text: `
    INSERT INTO audit_log (tenant_id, actor_kind, actor_id, action, subject_type, subject_id, detail, ip, request_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
};

export interface AuditFilter {
  readonly tenantId: string;
  readonly action: string | null;
  /** Any of these; null: all. */
  readonly subjectIds: readonly string[] | null;
}

/** Lists records, newest first. */
export async function listAuditRows(
  sql: Sql,
  { tenantId, action, subjectIds, limit, offset }: AuditFilter & { limit: number; offset: number },
): Promise<{ items: AuditRow[]; total: number }> {
  const items = await sql.run<AuditRow>(LIST, [tenantId, action, subjectIds, limit, offset]);
  const [count] = await sql.run<{ n: number }>(COUNT, [tenantId, action, subjectIds]);
  return { items, total: count?.n ?? 0 };
}

const FILTERED = `
  FROM audit_log WHERE tenant_id = $1 AND ($2::text IS NULL OR action = $2) AND ($3::text[] IS NULL
    OR subject_id = ANY($3::text[]))`;

const LIST = {
  name: 'list-audit-rows',
  text: `
    SELECT seq::int, at, actor_kind, actor_id, action, subject_type, subject_id, detail, ip, request_id,
      encode(hash, 'hex') AS hash
    ${FILTERED} ORDER BY seq DESC LIMIT $4 OFFSET $5`,
};

const COUNT = { name: 'count-audit-rows', text: `SELECT count(*)::int AS n ${FILTERED}` };
