import { verifyInvariants, type InvariantVerdict } from '#database/statements/ops/verify-invariants.js';
import { textTable } from '../demo/text-table.js';
import { UsageError, type OpsCommand, type OpsReport } from './ops-command.js';

const IDS_IN_TABLE = 3;

export const VERIFY: OpsCommand = {
  name: 'verify',
  usage: '[--json]',
  summary: 'Checks what must be true of the data; exit code 1 when something is not.',
  options: { json: { type: 'boolean' } },
  prepare({ positionals, flags }) {
    if (positionals.length > 0) throw new UsageError(`verify looks at everything: "${positionals[0]}" is too much.`);
    return async ({ database }) => {
      const verdicts = await database.transaction(verifyInvariants);
      return {
        text: flags.has('json') ? JSON.stringify(verdicts, null, 2) : describe(verdicts),
        isFailure: isAmiss(verdicts),
      };
    };
  },
};

function isAmiss(verdicts: readonly InvariantVerdict[]): OpsReport['isFailure'] {
  return verdicts.some(({ count }) => count > 0);
}

function describe(verdicts: readonly InvariantVerdict[]): string {
  const rows = verdicts.map(({ name, count, ids }) => [name, count, firstIds(ids, count)]);
  const broken = verdicts.filter(({ count }) => count > 0);
  return [
    textTable(['check', 'violations', 'first ids'], rows, { hasTotals: false }),
    '',
    ...(broken.length > 0
      ? ['What is not true:', ...broken.map(({ sentence }) => `  ${sentence}`)]
      : ['All of it is true.']),
  ].join('\n');
}

function firstIds(ids: readonly string[], count: number): string {
  return ids.slice(0, IDS_IN_TABLE).join(' ') + (count > IDS_IN_TABLE ? ' …' : '');
}
