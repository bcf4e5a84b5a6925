import { LessThan } from 'typeorm';
import type { RoutePrompt } from '#rules/first-words/first-words.js';
import { GATE_NAMES, GATES } from '#rules/gate/gate.js';
import type { LimitValues } from '#rules/campaign/operator-limits.js';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { Installation } from '../../entities/installation.entity.js';

/** Limits of all tenants in the operator's environment, as the processes state them at their start. */
export interface StatedSettings {
  readonly allowedCountries: readonly string[];
  readonly allowedNumberKinds: readonly string[];
  readonly tenantLimits: LimitValues;
  /** Version of the rules by which this version judges numbers. */
  readonly numberRules: string;
  /** Prompt that calls over the installation's own provider play; null: the provider plays Outdial's words. */
  readonly routePrompt: RoutePrompt | null;
}

/**
 * Locks the installation's row.
 * @returns the version of the rules that numbers were judged by; null: none is stored.
 */
export async function lockNumberRules(sql: Sql): Promise<string | null> {
  const [before] = await sql.run<{ number_rules: string | null }>(LOCK);
  return before?.number_rules ?? null;
}

const LOCK = { name: 'lock-operator-settings', text: `SELECT number_rules FROM installation FOR UPDATE` };

/**
 * Stores the settings. A worker, which places calls, always overwrites them. An api process stores them only if none
 * are stored.
 * @returns true if they were stored.
 */
export async function storeSettings(
  sql: Sql,
  settings: StatedSettings,
  { isWorker }: { isWorker: boolean },
): Promise<boolean> {
  const { allowedCountries, allowedNumberKinds, tenantLimits: limits, numberRules, routePrompt } = settings;
  const lists = [JSON.stringify(allowedCountries), JSON.stringify(allowedNumberKinds)];
  const values = [...lists, limits.minutes, limits.concurrent_calls, limits.calls_per_day];
  const prompt = routePrompt && JSON.stringify(routePrompt);
  const stated = [...values, limits.open_imports, limits.import_bytes, numberRules, isWorker, prompt];
  return (await sql.run(STATE, stated)).length > 0;
}

const STATE = {
  name: 'state-operator-settings',
  text: `
    UPDATE installation SET
      settings_changes = settings_changes + (allowed_countries IS DISTINCT FROM $1::jsonb
        OR allowed_number_kinds <> $2::jsonb
        OR route_prompt IS DISTINCT FROM $10::jsonb OR (tenant_concurrent_calls, tenant_calls_per_day) <> ($4::int,
          $5::int))::int,
      allowed_countries = $1, allowed_number_kinds = $2, tenant_minutes = $3, tenant_concurrent_calls = $4,
      tenant_calls_per_day = $5,
      tenant_open_imports = $6, tenant_import_bytes = $7, number_rules = $8, route_prompt = $10
    WHERE $9::boolean OR allowed_countries IS NULL RETURNING is_only`,
};

/** Forgets the kinds of numbers that other rules have judged. Areas whose key has the present rules stay. */
export async function forgetJudgements(sql: Sql, numberRules: string): Promise<void> {
  await sql.run(FORGET_JUDGEMENTS, [numberRules]);
}

const FORGET_JUDGEMENTS = {
  name: 'forget-number-judgements',
  text: `UPDATE areas SET number_kind = NULL WHERE number_kind IS NOT NULL AND key NOT LIKE '% ' || $1`,
};

/** Gates that a change of the operator's settings may open. */
export const OPERATORS_GATES = GATE_NAMES.filter((gate) => GATES[gate].reopenedBy.installation);

/**
 * Returns the number of changes of the operator's settings, if waiting leads have not been asked again since the last.
 * Else returns null.
 */
export async function unansweredChange(sql: Sql): Promise<number | null> {
  const [row] = await sql.run<{ settings_changes: number }>(UNANSWERED);
  return row?.settings_changes ?? null;
}

const UNANSWERED = {
  name: 'unanswered-settings-change',
  text: `SELECT settings_changes FROM installation WHERE settings_answered < settings_changes`,
};

/**
 * Lists campaigns with leads that wait for the operator's settings to change, by id after `afterId` (null: from the
 * start).
 */
export async function campaignsToAskAgain(
  sql: Sql,
  { afterId, limit }: { afterId: string | null; limit: number },
): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(TO_ASK_AGAIN, [OPERATORS_GATES, afterId, limit]);
  return rows.map(({ id }) => id);
}

const TO_ASK_AGAIN = {
  name: 'campaigns-to-ask-again',
  text: `
    SELECT k.id FROM campaigns k
    WHERE ($2::uuid IS NULL OR k.id > $2) AND (SELECT l.id FROM leads l
      WHERE l.campaign_id = k.id AND l.block_code = ANY($1::text[]) AND l.status = 'pending' LIMIT 1) IS NOT NULL
    ORDER BY k.id LIMIT $3`,
};

/** Wakes all running campaigns: the operator's daily limit may have grown. */
export async function wakeRunningCampaigns(sql: Sql): Promise<void> {
  await sql.run(WAKE_ALL);
}

const WAKE_ALL = {
  name: 'wake-running-campaigns',
  text: `UPDATE campaigns SET wake_at = now() WHERE status = 'running' AND wake_at > now()`,
};

/** Notes that waiting leads have been asked again after this many changes of the settings. */
export async function noteAnswered({ manager }: Transaction, changes: number): Promise<void> {
  const isEarlier = { is_only: true, settings_answered: LessThan(changes) };
  await manager.update(Installation, isEarlier, { settings_answered: changes });
}
