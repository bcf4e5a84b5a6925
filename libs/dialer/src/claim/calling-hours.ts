import { Injectable } from '@nestjs/common';
import type { Sql } from '#database/connection/sql.js';
import {
  hoursTerms,
  placeIds,
  placeLeads,
  stalePlaces,
  storeHours,
  unplacedLeads,
  type HoursTermsRow,
  type NewPlace,
  type ReckonedHours,
  type StalePlace,
} from '#database/statements/engine/claim/calling-hours.js';
import { judgeNumber, NUMBER_RULES } from '#geography/number-kind.js';
import { placeOf } from '#geography/number-place.js';
import { DEFAULT_CALLING_WINDOW } from '#rules/calling-hours/window/calling-window.js';
import { hoursVerdict, type HoursTerms } from '#rules/calling-hours/opening.js';
import type { NumberJudgement } from '#rules/phone-number/number-kind.js';
import { placeKey, type Place } from '#rules/area/area.js';

/** A claim looks up so many at most; what is left is the next one's. */
const MOST_LOOKED_UP = 500;

/** Nothing was found in more than a year; the rules may have changed by then. */
const LOOK_AGAIN_DAYS = 30;
const DAY_MS = 86_400_000;

/** Keeps it noted when a campaign may call each place in which it has leads. */
@Injectable()
export class CallingHours {
  /** Run under the campaign's lock. */
  async reckon(sql: Sql, campaignId: string): Promise<void> {
    await this.lookUp(sql, campaignId);
    const terms = await hoursTerms(sql, campaignId);
    const places = await stalePlaces(sql, campaignId);
    if (!terms || places.length === 0) return;
    await storeHours(
      sql,
      campaignId,
      places.map((place) => reckonedHours(place, terms)),
    );
  }

  /** Looks up where some of the leads are of which nobody has yet. @returns whether there may be more. */
  async lookUp(sql: Sql, campaignId: string): Promise<boolean> {
    const leads = await unplacedLeads(sql, campaignId, MOST_LOOKED_UP);
    if (leads.length === 0) return false;
    const places = await placesOf(sql, leads);
    await placeLeads(
      sql,
      leads.map(({ id }, index) => ({ id, place_id: places[index]! })),
    );
    return leads.length === MOST_LOOKED_UP;
  }
}

/** The id of the place in which each of the numbers lies, by what it is and where. */
export async function placesOf(
  sql: Sql,
  numbers: readonly { readonly phone_number: string; readonly timezone: string | null }[],
): Promise<number[]> {
  const places = numbers.map(({ phone_number, timezone }) =>
    newPlace(placeOf(phone_number, timezone), judgeNumber(phone_number)),
  );
  const distinct = new Map(places.map((place) => [place.key, place]));
  const ids = await placeIds(sql, [...distinct.values()]);
  return places.map(({ key }) => ids.get(key)!);
}

/**
 * The kind of a number follows from its digits alone: a time zone or anything else that a contact says of itself has no
 * part in it.
 */
function newPlace(place: Place, { country, kind }: NumberJudgement): NewPlace {
  const key = `${placeKey(place)} ${country ?? '-'} ${kind} ${NUMBER_RULES}`;
  return { key, ...place, number_country: country, number_kind: kind };
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

function reckonedHours(place: StalePlace, row: HoursTermsRow): ReckonedHours {
  const { opening, packs, asks } = hoursVerdict(toHoursTerms(row), place, row.now);
  const grounds = { zones: place.zones, packs: packs.map(({ id, version }) => `${id}@${version}`), asks };
  if (!opening) return { place_id: place.id, opens_at: 'infinity', closes_at: lookAgainAt(row.now), grounds };
  const { opensAt, closesAt } = opening;
  return { place_id: place.id, opens_at: opensAt.toISOString(), closes_at: closesAt.toISOString(), grounds };
}

function lookAgainAt(now: Date): string {
  return new Date(now.getTime() + LOOK_AGAIN_DAYS * DAY_MS).toISOString();
}
