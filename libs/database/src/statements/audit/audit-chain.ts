import { createHash } from 'node:crypto';
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

/** Hash before the first record of a chain. */
export const FIRST_HASH = createHash('sha256').digest('hex');

const BETWEEN_FIELDS = '\x1f';

/**
 * Computes the hash of a record: SHA-256 of the previous hash and all fields. It is written independently of the
 * trigger that makes the hash, so that it can check it.
 */
export function hashOfLink(link: AuditLink): string {
  const { previous_hash, tenant_id, seq, at, actor_kind, actor_id, action, subject_type, subject_id } = link;
  const fields = [previous_hash, tenant_id, seq, at, actor_kind, actor_id, action, subject_type, subject_id];
  return createHash('sha256')
    .update([...fields, link.detail, link.ip, link.request_id].join(BETWEEN_FIELDS))
    .digest('hex');
}

/** Finds the flaw of a record that should follow `previous`; null: none. */
export function flawOfLink(link: AuditLink, previous: { readonly seq: number; readonly hash: string }): string | null {
  if (Number(link.seq) !== previous.seq + 1)
    return `record ${previous.seq + 1} is missing: ${link.seq} follows ${previous.seq}`;
  if (link.previous_hash !== previous.hash) return `record ${link.seq} does not follow the one before it`;
  if (link.hash !== hashOfLink(link)) return `record ${link.seq} has been changed`;
  return null;
}

export interface ChainVerdict {
  readonly tenant_id: string;
  readonly records: number;
  /** The last hash. Kept elsewhere, it proves later that no record up to here was rewritten. */
  readonly hash: string;
  readonly flaw: string | null;
}

const LINKS_AT_ONCE = 2_000;

/**
 * Checks a tenant's chain from its first record to its head, and stops at the first flaw. It reads some records at a
 * time, so memory does not grow with the chain.
 */
export async function verifyAuditChain(sql: Sql, head: AuditHead): Promise<ChainVerdict> {
  let end = { seq: 0, hash: FIRST_HASH };
  for (;;) {
    const links = await sql.run<AuditLink>(LINKS, [head.tenant_id, end.seq, LINKS_AT_ONCE]);
    for (const link of links) {
      const flaw = flawOfLink(link, end);
      if (flaw) return verdict(head, end, flaw);
      end = { seq: Number(link.seq), hash: link.hash };
    }
    if (links.length < LINKS_AT_ONCE) return verdict(head, end, flawOfEnd(end, head));
  }
}

function verdict({ tenant_id }: AuditHead, { seq, hash }: { seq: number; hash: string }, flaw: string | null) {
  return { tenant_id, records: seq, hash, flaw };
}

/** Compares the end of the chain with its head. Records added meanwhile lie beyond the head, which was read first. */
function flawOfEnd(end: { seq: number; hash: string }, head: AuditHead): string | null {
  if (end.seq < Number(head.seq)) return `the last ${Number(head.seq) - end.seq} records are missing`;
  if (head.hash === '') return 'the head of the chain is missing';
  return end.seq === Number(head.seq) && end.hash !== head.hash ? 'the head is not that of the last record' : null;
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
