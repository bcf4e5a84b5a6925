import { Injectable } from '@nestjs/common';
import type { Sql } from '#database/connection/sql.js';
import {
  addAreas,
  findAreas,
  hoursTerms,
  setAreaOfLeads,
  staleAreas,
  storeHours,
  unplacedLeads,
  type HoursTermsRow,
  type NewArea,
  type ReckonedHours,
  type StaleArea,
} from '#database/statements/engine/claim/calling-hours.js';
import { judgeNumber, NUMBER_RULES } from '#geography/number-kind.js';
import { areaOfNumber } from '#geography/number-area.js';
import { DEFAULT_CALLING_WINDOW } from '#rules/calling-hours/window/calling-window.js';
import { hoursVerdict, type HoursTerms } from '#rules/calling-hours/opening.js';
import type { NumberJudgement } from '#rules/phone-number/number-kind.js';
import { areaKey, type Area } from '#rules/area/area.js';

/** Leads that one claim looks up. The next claim looks up the rest. */
const MOST_LOOKED_UP = 500;

/** Days after which the sweeper looks again for an opening that was not found within a year. The rules may change. */
const LOOK_AGAIN_DAYS = 30;
const DAY_MS = 86_400_000;

/** Keeps `campaign_hours`: when a campaign may call each area in which it has leads. */
@Injectable()
export class CallingHours {
  /** Recomputes the hours that are out of date. The caller has locked the campaign. */
  async reckon(sql: Sql, campaignId: string): Promise<void> {
    await this.lookUp(sql, campaignId);
    const terms = await hoursTerms(sql, campaignId);
    const areas = await staleAreas(sql, campaignId);
    if (!terms || areas.length === 0) return;
    await storeHours(
      sql,
      campaignId,
      areas.map((area) => reckonedHours(area, terms)),
    );
  }

  /**
   * Looks up the areas of some leads that have none yet.
   * @returns true if there may be more such leads.
   */
  async lookUp(sql: Sql, campaignId: string): Promise<boolean> {
    const leads = await unplacedLeads(sql, campaignId, MOST_LOOKED_UP);
    if (leads.length === 0) return false;
    const areas = await areasOf(sql, leads);
    await setAreaOfLeads(
      sql,
      leads.map(({ id }, index) => ({ id, area_id: areas[index]! })),
    );
    return leads.length === MOST_LOOKED_UP;
  }
}

/** Returns the id of the area of each number. The kind of the number and its time zone decide. */
export async function areasOf(
  sql: Sql,
  numbers: readonly { readonly phone_number: string; readonly timezone: string | null }[],
): Promise<number[]> {
  const areas = numbers.map(({ phone_number, timezone }) =>
    newArea(areaOfNumber(phone_number, timezone), judgeNumber(phone_number)),
  );
  const distinct = new Map(areas.map((area) => [area.key, area]));
  const ids = await areaIds(sql, [...distinct.values()]);
  return areas.map(({ key }) => ids.get(key)!);
}

/** Returns the id of each area by its key. Areas without a row are inserted, then all are read again. */
async function areaIds(sql: Sql, areas: readonly NewArea[]): Promise<Map<string, number>> {
  if (areas.length === 0) return new Map();
  const keys = areas.map(({ key }) => key);
  const found = await findAreas(sql, keys);
  if (found.length === keys.length) return idsByKey(found);
  await addAreas(sql, areas);
  return idsByKey(await findAreas(sql, keys));
}

function idsByKey(rows: readonly { readonly id: number; readonly key: string }[]): Map<string, number> {
  return new Map(rows.map(({ id, key }) => [key, id]));
}

/** Returns the area of a number. The digits alone decide its kind: the time zone of a contact cannot change it. */
function newArea(area: Area, { country, kind }: NumberJudgement): NewArea {
  const key = `${areaKey(area)} ${country ?? '-'} ${kind} ${NUMBER_RULES}`;
  return { key, ...area, number_country: country, number_kind: kind };
}

export function toHoursTerms(row: HoursTermsRow): HoursTerms {
  return {
    window: row.calling_window ?? DEFAULT_CALLING_WINDOW,
    blackoutDates: row.blackout_dates,
    skipsPublicHolidays: row.skips_public_holidays,
    usesRulePacks: row.uses_rule_packs,
    isAlwaysOpen: row.is_test,
  };
}

function reckonedHours(area: StaleArea, row: HoursTermsRow): ReckonedHours {
  const { opening, packs, asks } = hoursVerdict(toHoursTerms(row), area, row.now);
  const grounds = { zones: area.zones, packs: packs.map(({ id, version }) => `${id}@${version}`), asks };
  if (!opening) return { area_id: area.id, opens_at: 'infinity', closes_at: lookAgainAt(row.now), grounds };
  const { opensAt, closesAt } = opening;
  return { area_id: area.id, opens_at: opensAt.toISOString(), closes_at: closesAt.toISOString(), grounds };
}

function lookAgainAt(now: Date): string {
  return new Date(now.getTime() + LOOK_AGAIN_DAYS * DAY_MS).toISOString();
}
