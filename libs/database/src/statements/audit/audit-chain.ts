import type { Sql } from '../../connection/sql.js';

/** A record of an audit chain, with its fields as PostgreSQL writes them as text. */
export interface AuditLink {
  readonly tenant_id: string;
  readonly seq: string;
  /** Microseconds since 1970. */
  readonly at: string;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly action: string;
  readonly subject_type: string;
  readonly subject_id: string;
  readonly detail: string;
  readonly ip: string;
  readonly request_id: string;
  /** Hexadecimal, as `hash`. */
  readonly previous_hash: string;
  readonly hash: string;
}

/** The present end of a tenant's chain; its hash is hexadecimal. */
export interface AuditHead {
  readonly tenant_id: string;
  readonly seq: string;
  readonly hash: string;
}

/** Returns the records of a chain after the one with the number `after`, in order. */
export function auditLinks(
  sql: Sql,
  { tenantId, after, limit }: { tenantId: string; after: number; limit: number },
): Promise<AuditLink[]> {
  return sql.run<AuditLink>(LINKS, [tenantId, after, limit]);
}

const LINKS = {
  name: 'audit-links',
  text: `
    SELECT tenant_id, seq::text, (extract(epoch FROM at) * 1000000)::bigint::text AS at, actor_kind,
      coalesce(actor_id, '') AS actor_id,
      action, subject_type, coalesce(subject_id, '') AS subject_id, detail::text, coalesce(ip, '') AS ip,
      coalesce(request_id, '') AS request_id, encode(previous_hash, 'hex') AS previous_hash, encode(hash, 'hex') AS hash
    FROM audit_log WHERE tenant_id = $1 AND seq > $2 ORDER BY audit_log.seq LIMIT $3`,
};

/** Returns the ends of all chains. A chain without a head has the number 0 and no hash. */
export function auditHeads(sql: Sql): Promise<AuditHead[]> {
  return sql.run<AuditHead>(HEADS);
}

const HEADS = {
  name: 'audit-heads',
  text: `
    SELECT tenant_id, seq::text, encode(hash, 'hex') AS hash FROM audit_heads
    UNION ALL SELECT DISTINCT tenant_id, '0', '' FROM audit_log
      WHERE tenant_id NOT IN (SELECT tenant_id FROM audit_heads)
    ORDER BY 1`,
};
