import { auditHeads } from '#database/statements/audit/audit-chain.js';
import { textTable } from '../demo/text-table.js';
import { UsageError, type OpsCommand } from './ops-command.js';
import { verifyAuditChain, type ChainVerdict } from './verify-audit-chain.js';

export const AUDIT: OpsCommand = {
  name: 'audit',
  usage: '[--json]',
  summary: "Follows every tenant's audit log from its first record to its last; exit code 1 when a chain is broken.",
  options: { json: { type: 'boolean' } },
  prepare({ positionals, flags }) {
    if (positionals.length > 0) throw new UsageError(`audit looks at every chain: "${positionals[0]}" is too much.`);
    return async ({ database }) => {
      const verdicts: ChainVerdict[] = [];
      for (const head of await auditHeads(database)) verdicts.push(await verifyAuditChain(database, head));
      return {
        text: flags.has('json') ? JSON.stringify(verdicts, null, 2) : describe(verdicts),
        isFailure: verdicts.some(({ flaw }) => flaw !== null),
      };
    };
  },
};

function describe(verdicts: readonly ChainVerdict[]): string {
  if (verdicts.length === 0) return 'Nothing has been written down yet.';
  const rows = verdicts.map(({ tenant_id, records, hash, flaw }) => [
    tenant_id || '(installation)',
    records,
    flaw ?? 'whole',
    hash,
  ]);
  return [
    textTable(['tenant', 'records', 'chain', 'last hash'], rows, { hasTotals: false }),
    '',
    'Keep the last hashes elsewhere: a log that was written anew from its beginning is whole, but ends with ' +
      'another hash.',
  ].join('\n');
}
