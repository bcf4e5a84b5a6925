import type { Act } from '#rules/access/act.js';
import { currentActor } from '../../connection/actor.js';
import type { Sql } from '../../connection/sql.js';

/** Tenant id of acts upon the whole installation. */
export const INSTALLATION = '';

/**
 * Records an act in the transaction that does it, as its last statement. The statement locks the end of the tenant's
 * chain until the commit. A transaction that has this lock waits for no other. The statement is written by hand. Every
 * change of the API runs it, and a trigger numbers and hashes the record.
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
