import { reseal, sealCensus, type SealCensus } from '#dialer/routes/reseal.js';
import { textTable } from '../demo/text-table.js';
import { UsageError, YES, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsContext } from './ops-context.js';

export const RESEAL: OpsCommand = {
  name: 'reseal',
  usage: '[--json] [--yes]',
  summary: "Seals tenants' credentials that lie under an old key anew, under the first of CREDENTIALS_KEYS.",
  options: { ...YES, json: { type: 'boolean' } },
  prepare({ positionals, flags }) {
    if (positionals.length > 0) throw new UsageError(`reseal has options only: "${positionals[0]}" is too much.`);
    return async (context) => toReport(await carryOut(context, flags.has('yes')), flags.has('json'));
  },
};

/** `resealed`: number of values that were sealed anew; null: the command ran without `--yes`. */
interface Resealing extends SealCensus {
  readonly resealed: number | null;
}

/**
 * Seals values under the present key. They are counted afterwards: a process with the old list of keys still seals
 * under an old one.
 */
async function carryOut(context: OpsContext, isMeant: boolean): Promise<Resealing> {
  const resealed = isMeant ? await reseal(context) : null;
  return { resealed, ...(await sealCensus(context)) };
}

function toReport(found: Resealing, asJson: boolean): OpsReport {
  const isLeft = found.resealed !== null && found.other > 0;
  return {
    text: asJson ? JSON.stringify(found, null, 2) : describe(found),
    isFailure: found.none.length > 0 || isLeft,
  };
}

function describe(found: Resealing): string {
  const { first, other, none } = found;
  if (first + other + none.length === 0) return 'No telephony account has credentials.';
  const rows = [
    ['the first key', String(first)],
    ['another key that opens them', String(other)],
    ['no key that is here', String(none.length)],
  ];
  return [
    textTable(['sealed under', 'accounts'], rows, { hasTotals: false }),
    ...unopened(none),
    '',
    outcome(found),
  ].join('\n');
}

function unopened(accounts: SealCensus['none']): string[] {
  if (accounts.length === 0) return [];
  const rows = accounts.map(({ id, name, tenant_id }) => [id, name, tenant_id]);
  return [
    '',
    'These open with none of CREDENTIALS_KEYS: name their key again, or have their tenants give the credentials again.',
    textTable(['account', 'name', 'tenant'], rows, { hasTotals: false }),
  ];
}

function outcome({ resealed, other, none }: Resealing): string {
  if (resealed === null && other > 0)
    return (
      `Would seal ${other} under the first key, which api and worker must know by now; nothing is changed, add ` +
      '--yes to do it.'
    );
  if (other > 0)
    return (
      `Sealed anew: ${resealed}. ${other} lie under another key again: is there an api with the old ` +
      'CREDENTIALS_KEYS?'
    );
  const state = none.length > 0 ? 'The others are' : 'All are';
  return (
    `${resealed === null ? '' : `Sealed anew: ${resealed}. `}${state} under the first key: it is the only one that ` +
    'they need.'
  );
}
