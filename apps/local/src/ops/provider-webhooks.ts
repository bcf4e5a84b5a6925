import { ProviderWebhook } from '#database/entities/provider-webhook.entity.js';
import { textTable } from '../demo/text-table.js';
import { done, UsageError, type OpsCommand } from './ops-command.js';

const HEAD = ['received', 'provider', 'account', 'dialer job', 'problem', 'bytes'];
const MOST = 100;

const SHOWN = {
  id: true,
  received_at: true,
  provider: true,
  telephony_account_id: true,
  dialer_job_id: true,
  body: true,
  problem: true,
} as const;

export const WEBHOOKS: OpsCommand = {
  name: 'callbacks',
  usage: '[--json]',
  summary: 'Shows what a provider told us and could not be applied, the latest first; with --json its text too.',
  options: { json: { type: 'boolean' } },
  prepare({ positionals, flags }) {
    if (positionals.length > 0) throw new UsageError('callbacks has no argument beside --json.');
    return async ({ database }) => {
      const webhooks = await database.transaction(({ manager }) =>
        manager.find(ProviderWebhook, { select: SHOWN, order: { received_at: 'DESC' }, take: MOST }),
      );
      if (flags.has('json')) return done(JSON.stringify(webhooks, null, 2));
      if (webhooks.length === 0) return done('Every provider webhook that came could be applied.');
      const rows = webhooks.map(({ received_at, provider, telephony_account_id, dialer_job_id, problem, body }) => [
        `${received_at.toISOString().slice(0, 19)}Z`,
        provider,
        telephony_account_id ?? 'ours',
        dialer_job_id,
        problem,
        String(Buffer.byteLength(body)),
      ]);
      return done(textTable(HEAD, rows, { hasTotals: false }));
    };
  },
};
