import { readSuppressionBacklog, stopSuppressionEntries } from '#database/statements/people/suppression-outbox.js';
import { done, refused, UsageError, YES, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsContext } from './ops-context.js';

export const SUPPRESSION_LOG: OpsCommand = {
  name: 'suppression-log',
  usage: '[--off] [--yes]',
  summary:
    'Says how many lines wait for SUPPRESSION_LOG; --off keeps none any more. Exit code 1 when they wait for too long.',
  options: { ...YES, off: { type: 'boolean' } },
  prepare({ positionals, flags }) {
    if (positionals.length > 0)
      throw new UsageError(`suppression-log has options only: "${positionals[0]}" is too much.`);
    return (context) => report(context, { isOff: flags.has('off'), isMeant: flags.has('yes') });
  },
};

async function report({ database }: OpsContext, order: { isOff: boolean; isMeant: boolean }): Promise<OpsReport> {
  const { is_on, waiting, oldest, is_behind } = await readSuppressionBacklog(database);
  if (!is_on) return done('No lines are kept for a suppression log: set SUPPRESSION_LOG for every worker.');
  const since = oldest === null ? '' : `, the oldest since ${oldest.toISOString()}`;
  const standing = `Suppressions leave lines; ${waiting} wait to be written${since}.`;
  if (!order.isOff)
    return is_behind ? refused(standing, 'SUPPRESSION_LOG cannot be written: see the worker log.') : done(standing);
  if (!order.isMeant)
    return done(standing, 'They would be dropped, and none kept. Nothing is changed; add --yes to do it.');
  await database.transaction(stopSuppressionEntries);
  return done(standing, 'They are dropped, and none is kept any more.');
}
