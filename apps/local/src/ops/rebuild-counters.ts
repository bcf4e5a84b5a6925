import type { Database } from '#database/connection/database.js';
import { counterDifferences, writeCounters, type CounterDifference } from '#database/statements/ops/counters.js';
import { lockCampaign } from '#database/statements/engine/locks/lock-campaign.js';
import { textTable } from '../demo/text-table.js';
import { done, optionalId, refused, YES, type OpsCommand, type OpsReport } from './ops-command.js';

export const REBUILD_COUNTERS: OpsCommand = {
  name: 'rebuild-counters',
  usage: '[campaign_id] [--yes]',
  summary: "Counts campaigns' rows again and corrects their counters and tallies.",
  options: YES,
  prepare(given) {
    const campaignId = optionalId(given, 'campaign');
    const isMeant = given.flags.has('yes');
    return ({ database }) => (isMeant ? rebuild(database, campaignId) : foretell(database, campaignId));
  },
};

async function foretell(database: Database, campaignId: string | null): Promise<OpsReport> {
  const differences = await findWrong(database, campaignId);
  if (differences.length === 0) return done('All counters are right; there is nothing to change.');
  return done(table(differences), '', 'Nothing is changed; add --yes to do it.');
}

/**
 * Rebuilds the counters, one campaign in each transaction. Each campaign is locked only while its own rows are counted.
 */
async function rebuild(database: Database, campaignId: string | null): Promise<OpsReport> {
  const wrong = await findWrong(database, campaignId);
  const changed: CounterDifference[] = [];
  for (const id of new Set(wrong.map(({ campaign_id }) => campaign_id)))
    changed.push(...(await rebuildOne(database, id)));
  if (changed.length === 0) return done('All counters are right; nothing was changed.');
  const left = await findWrong(database, campaignId);
  if (left.length > 0) return refused(table(left), '', 'These counters are wrong again: something moves them wrongly.');
  return done(table(changed), '', `Counters that were corrected: ${changed.length}.`);
}

function findWrong(database: Database, campaignId: string | null): Promise<CounterDifference[]> {
  return database.transaction((sql) => counterDifferences(sql, campaignId));
}

function rebuildOne(database: Database, campaignId: string): Promise<CounterDifference[]> {
  return database.transaction(async (sql) => {
    await lockCampaign(sql, { campaignId });
    const differences = await counterDifferences(sql, campaignId);
    if (differences.length > 0) await writeCounters(sql, campaignId);
    return differences;
  });
}

function table(differences: readonly CounterDifference[]): string {
  return textTable(
    ['campaign', 'counter', 'from', 'to'],
    differences.map(({ campaign_id, counter, kept, counted }) => [campaign_id, counter, kept, counted]),
    { hasTotals: false },
  );
}
