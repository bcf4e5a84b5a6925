import type { Sql } from '#database/connection/sql.js';
import {
  forgetJudgements,
  lockNumberRules,
  storeSettings,
  type StatedSettings,
} from '#database/statements/ops/operator-settings.js';

/**
 * Stores the operator's settings in the database, where gates and limits read them.
 *
 * 1. Lock the installation's row.
 * 2. Store the settings. A worker, which places calls, always overwrites them. An api process stores them only if none
 *    are stored.
 * 3. If they were stored and the rules of numbers have changed, every number is judged again.
 */
export async function stateSettings(
  sql: Sql,
  settings: StatedSettings,
  { isWorker }: { isWorker: boolean },
): Promise<void> {
  const { numberRules } = settings;
  const rulesBefore = await lockNumberRules(sql);
  const isStored = await storeSettings(sql, settings, { isWorker });
  if (isStored && rulesBefore !== numberRules) await forgetJudgements(sql, numberRules);
}
