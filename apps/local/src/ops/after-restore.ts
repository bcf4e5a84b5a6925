import type { RestoredState } from '#database/statements/ops/engage-restored.js';
import type { RouteAfterRestore } from '#dialer/restore/calls-since-backup.js';
import { RESTORE_SIGN_SENTENCES } from '#rules/restore/restore-signs.js';
import { textTable } from '../demo/text-table.js';
import { done, refused, UsageError, YES, type OpsCommand, type OpsReport } from './ops-command.js';
import type { OpsContext } from './ops-context.js';

/** Days that a backup may be old. Providers keep calls for about a year, so an earlier time is a typing error. */
const OLDEST_DAYS = 400;

interface Order {
  readonly backupAt: Date | null;
  readonly isRelease: boolean;
  readonly resumeCampaigns: boolean;
  readonly withoutAsking: boolean;
  readonly isMeant: boolean;
}

export const AFTER_RESTORE: OpsCommand = {
  name: 'after-restore',
  usage: '[--backup-at time] [--release [--resume] [--without-asking]] [--yes]',
  summary:
    'After a restore: asks the providers for the calls since the backup, and with --release lets the database ' +
    'dial again.',
  options: {
    ...YES,
    'backup-at': { type: 'string' },
    release: { type: 'boolean' },
    resume: { type: 'boolean' },
    'without-asking': { type: 'boolean' },
  },
  prepare({ positionals, flags, values }) {
    if (positionals.length > 0)
      throw new UsageError(`after-restore has options only: "${positionals[0]}" is too much.`);
    const order: Order = {
      backupAt: readTime(values['backup-at']),
      isRelease: flags.has('release'),
      resumeCampaigns: flags.has('resume'),
      withoutAsking: flags.has('without-asking'),
      isMeant: flags.has('yes'),
    };
    if (!order.isRelease && (order.resumeCampaigns || order.withoutAsking))
      throw new UsageError('--resume and --without-asking go with --release.');
    return (context) => carryOut(context, order);
  },
};

function readTime(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/i.test(text);
  const time = new Date(text);
  if (!hasZone || Number.isNaN(time.getTime()))
    throw new UsageError(`--backup-at is a time with its zone, as 2027-03-31T02:00:00Z, not "${text}".`);
  const ageMs = Date.now() - time.getTime();
  if (ageMs < 0) throw new UsageError(`--backup-at lies in the future: ${time.toISOString()}.`);
  if (ageMs > OLDEST_DAYS * 86_400_000)
    throw new UsageError(`--backup-at lies more than ${OLDEST_DAYS} days back: ${time.toISOString()}.`);
  return time;
}

async function carryOut(context: OpsContext, order: Order): Promise<OpsReport> {
  const restored = await context.restored.read();
  if (!restored)
    return refused(
      'This database is not known to be restored, so there is nothing to do.',
      'Was it restored while no process and no data directory remembered it? Halt it first: npm run ops -- ' +
        'kill-switch engage --reason restored --yes',
    );
  const report = [standing(restored)];
  if (order.backupAt !== null) report.push(...(await ask(context, order.backupAt, order.isMeant)));
  if (!order.isRelease) return done(...report, ...nextStep(order));
  return release(context, order, { report, isAsked: restored.asked_at !== null || order.backupAt !== null });
}

function standing({ restored_at, signs, asked_at }: RestoredState): string {
  const sentences = signs.map((sign) => RESTORE_SIGN_SENTENCES[sign]).join('; ');
  const asked =
    asked_at === null ? 'The providers were not asked yet' : `The providers were asked at ${asked_at.toISOString()}`;
  return `Found to be restored at ${restored_at.toISOString()} (${sentences}). ${asked}.`;
}

function nextStep({ backupAt, isMeant }: Order): string[] {
  if (backupAt === null) return ['Say when the backup was made: --backup-at <time>.'];
  return [isMeant ? 'Next: npm run ops -- after-restore --release --yes' : 'Nothing is changed; add --yes to do it.'];
}

async function ask({ callsSinceBackup }: OpsContext, backupAt: Date, isMeant: boolean): Promise<string[]> {
  const routes = await callsSinceBackup.reconcile(backupAt, isMeant);
  const header = ['route', 'calls since', 'known', 'written down', 'no lead waits', 'leads postponed 24 h'];
  const rows = routes.map(({ listed, known, adopted, unmatched, suppressed, ...route }) => [
    nameOf(route),
    ...[listed, known, adopted, unmatched, suppressed].map(String),
  ]);
  const wait = isMeant ? 'wait' : 'would wait';
  const silent = routes.filter(({ notAsked }) => notAsked !== null);
  return [
    textTable(header, rows, { hasTotals: false }),
    ...silent.map(
      (route) => `${nameOf(route)} could not be asked (${route.notAsked}): its leads ${wait} for 24 hours.`,
    ),
  ];
}

function nameOf({ accountId, provider }: Pick<RouteAfterRestore, 'accountId' | 'provider'>): string {
  return accountId === null ? provider : `${provider} account ${accountId}`;
}

async function release(
  context: OpsContext,
  order: Order,
  { report, isAsked }: { report: readonly string[]; isAsked: boolean },
): Promise<OpsReport> {
  if (!isAsked && !order.withoutAsking)
    return refused(
      ...report,
      'Nothing is released: say --backup-at <time> first, or --without-asking to call people again who were ' +
        'called since.',
    );
  if (!order.isMeant) return done(...report, 'Dialing would be allowed again. Nothing is changed; add --yes to do it.');
  const released = await context.restored.release({ resumeCampaigns: order.resumeCampaigns });
  if (released === null) return refused(...report, 'Somebody else has released it meanwhile.');
  const halted = released.is_halted
    ? ['The kill switch that an operator had engaged stays: npm run ops -- kill-switch']
    : [];
  return done(...report, `The database may dial again; ${released.resumed_campaigns} campaigns run again.`, ...halted);
}
