import { createHash } from 'node:crypto';
import type { Sql } from '#database/connection/sql.js';
import { auditLinks, type AuditHead, type AuditLink } from '#database/statements/audit/audit-chain.js';

/**
 * Checks a tenant's chain from its first record to its head.
 *
 * 1. Read some records at a time, so that memory does not grow with the chain.
 * 2. Check that each follows the one before, and compute its hash again. Stop at the first flaw.
 * 3. Compare the end with the head.
 */
export async function verifyAuditChain(sql: Sql, head: AuditHead): Promise<ChainVerdict> {
  let end = { seq: 0, hash: FIRST_HASH };
  for (;;) {
    const links = await auditLinks(sql, { tenantId: head.tenant_id, after: end.seq, limit: LINKS_AT_ONCE });
    for (const link of links) {
      const flaw = flawOfLink(link, end);
      if (flaw) return verdict(head, end, flaw);
      end = { seq: Number(link.seq), hash: link.hash };
    }
    if (links.length < LINKS_AT_ONCE) return verdict(head, end, flawOfEnd(end, head));
  }
}

export interface ChainVerdict {
  readonly tenant_id: string;
  readonly records: number;
  /** The last hash. Kept elsewhere, it proves later that no record up to here was rewritten. */
  readonly hash: string;
  readonly flaw: string | null;
}

/** Hash before the first record of a chain. */
const FIRST_HASH = createHash('sha256').digest('hex');

const BETWEEN_FIELDS = '\x1f';

const LINKS_AT_ONCE = 2_000;

/**
 * Computes the hash of a record: SHA-256 of the previous hash and all fields. It is written independently of the
 * trigger that makes the hash, so that it can check it.
 */
function hashOfLink(link: AuditLink): string {
  const { previous_hash, tenant_id, seq, at, actor_kind, actor_id, action, subject_type, subject_id } = link;
  const fields = [previous_hash, tenant_id, seq, at, actor_kind, actor_id, action, subject_type, subject_id];
  return createHash('sha256')
    .update([...fields, link.detail, link.ip, link.request_id].join(BETWEEN_FIELDS))
    .digest('hex');
}

/** Finds the flaw of a record that should follow `previous`; null: none. */
function flawOfLink(link: AuditLink, previous: { readonly seq: number; readonly hash: string }): string | null {
  if (Number(link.seq) !== previous.seq + 1)
    return `record ${previous.seq + 1} is missing: ${link.seq} follows ${previous.seq}`;
  if (link.previous_hash !== previous.hash) return `record ${link.seq} does not follow the one before it`;
  if (link.hash !== hashOfLink(link)) return `record ${link.seq} has been changed`;
  return null;
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
