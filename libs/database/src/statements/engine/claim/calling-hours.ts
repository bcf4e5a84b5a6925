import type { HoursGrounds } from '#rules/eligibility/call-decision.js';
import type { CallingWindow } from '#rules/calling-hours/window/calling-window.js';
import type { Sql } from '../../../connection/sql.js';

export interface UnplacedLead {
  readonly id: string;
  readonly phone_number: string;
  readonly timezone: string | null;
}

/** Returns the `FROM` of a statement: waiting leads w of campaign `id` whose numbers have not been judged. */
function unjudgedLeads(id: string, limit: string): string {
  return `campaign_hours u JOIN areas v ON v.id = u.area_id AND v.number_kind IS NULL
      CROSS JOIN LATERAL (SELECT f.id FROM leads f WHERE f.campaign_id = u.campaign_id AND f.area_id = u.area_id
        AND f.status = 'pending' LIMIT ${limit}) w
      WHERE u.campaign_id = ${id} LIMIT ${limit}`;
}

/**
 * Returns SQL, two index probes, that is true if campaign `id` has waiting leads to look up. Their area is not known,
 * or their numbers have not been judged.
 */
export function hasUnplaced(id: string): string {
  return `((SELECT l.id FROM leads l WHERE l.campaign_id = ${id} AND l.area_id IS NULL
      AND l.status = 'pending' LIMIT 1) IS NOT NULL
    OR (SELECT w.id FROM ${unjudgedLeads(id, '1')}) IS NOT NULL)`;
}

/** Returns waiting leads, locked, whose area is not known or whose numbers have not been judged. */
export function unplacedLeads(sql: Sql, campaignId: string, limit: number): Promise<UnplacedLead[]> {
  return sql.run<UnplacedLead>(UNPLACED, [campaignId, limit]);
}

const UNPLACED = {
  name: 'unplaced-leads',
  text: `
    SELECT l.id, l.phone_number, l.timezone FROM (
      (SELECT id FROM leads WHERE campaign_id = $1 AND area_id IS NULL AND status = 'pending' LIMIT $2)
      UNION ALL
      (SELECT w.id FROM ${unjudgedLeads('$1', '$2')})) chosen
    JOIN leads l ON l.id = chosen.id WHERE l.status = 'pending'
    LIMIT $2 FOR NO KEY UPDATE OF l SKIP LOCKED`,
};

/** An area and the judgement of its numbers (`NumberJudgement`); its key is unique. */
export interface NewArea {
  readonly key: string;
  readonly number_country: string | null;
  readonly number_kind: string;
  readonly country: string | null;
  readonly region: string | null;
  readonly zones: readonly string[];
}

/** Returns the ids of the areas with these keys; missing areas have no row. */
export function findAreas(sql: Sql, keys: readonly string[]): Promise<{ id: number; key: string }[]> {
  return sql.run<{ id: number; key: string }>(FIND_AREAS, [keys]);
}

const FIND_AREAS = { name: 'find-areas', text: `SELECT id, key FROM areas WHERE key = ANY($1::text[])` };

/** Inserts areas; one that another transaction has inserted stays. */
export async function addAreas(sql: Sql, areas: readonly NewArea[]): Promise<void> {
  await sql.run(ADD_AREAS, [JSON.stringify(areas)]);
}

const ADD_AREAS = {
  name: 'add-areas',
  text: `
    INSERT INTO areas (key, country, region, zones, number_country, number_kind)
    SELECT DISTINCT ON (key) key, country, region, zones, number_country, number_kind
    FROM jsonb_to_recordset($1::jsonb) AS p (key text, country text, region text, zones jsonb, number_country text,
      number_kind text)
    ORDER BY key
    ON CONFLICT (key) DO NOTHING`,
};

/** Stores the areas of leads; the caller has locked their campaign. */
export async function setAreaOfLeads(
  sql: Sql,
  leads: readonly { readonly id: string; readonly area_id: number }[],
): Promise<void> {
  await sql.run(SET_AREA_OF_LEADS, [JSON.stringify(leads)]);
}

const SET_AREA_OF_LEADS = {
  name: 'place-leads',
  text: `
    UPDATE leads l SET area_id = p.area_id
    FROM jsonb_to_recordset($1::jsonb) AS p (id uuid, area_id integer) WHERE l.id = p.id`,
};

/** Settings of a campaign and its tenant that decide when its leads may be called. */
export interface HoursTermsRow {
  readonly now: Date;
  readonly calling_window: CallingWindow | null;
  readonly blackout_dates: readonly string[];
  readonly skips_public_holidays: boolean;
  readonly uses_rule_packs: boolean;
  readonly is_test: boolean;
}

export async function hoursTerms(sql: Sql, campaignId: string): Promise<HoursTermsRow | undefined> {
  const [row] = await sql.run<HoursTermsRow>(TERMS, [campaignId]);
  return row;
}

const TERMS = {
  name: 'hours-terms',
  text: `
    SELECT now() AS now, k.calling_window, k.blackout_dates, k.skips_public_holidays, t.uses_rule_packs,
      k.is_test
    FROM campaigns k JOIN tenants t ON t.id = k.tenant_id WHERE k.id = $1`,
};

export interface StaleArea {
  readonly id: number;
  readonly country: string | null;
  readonly region: string | null;
  readonly zones: readonly string[];
}

/** Returns the areas of a campaign whose hours have to be computed. */
export function staleAreas(sql: Sql, campaignId: string): Promise<StaleArea[]> {
  return sql.run<StaleArea>(STALE, [campaignId]);
}

const STALE = {
  name: 'stale-areas',
  text: `
    SELECT p.id, p.country, p.region, p.zones FROM campaign_hours h JOIN areas p ON p.id = h.area_id
    WHERE h.campaign_id = $1 AND h.closes_at <= now()`,
};

export interface ReckonedHours {
  readonly area_id: number;
  /** ISO 8601, or `infinity` for never. */
  readonly opens_at: string;
  readonly closes_at: string;
  readonly grounds: HoursGrounds;
}

export async function storeHours(sql: Sql, campaignId: string, hours: readonly ReckonedHours[]): Promise<void> {
  await sql.run(STORE, [campaignId, JSON.stringify(hours)]);
}

const STORE = {
  name: 'store-hours',
  text: `
    UPDATE campaign_hours h SET opens_at = n.opens_at, closes_at = n.closes_at, grounds = n.grounds
    FROM jsonb_to_recordset($2::jsonb) AS n (area_id integer, opens_at timestamptz, closes_at timestamptz,
      grounds jsonb)
    WHERE h.campaign_id = $1 AND h.area_id = n.area_id`,
};

/**
 * Marks hours as unknown, so that the claim computes them again; until then the campaign's areas are closed. Run under
 * the campaigns' FOR UPDATE lock.
 */
export async function forgetHours(sql: Sql, campaignIds: readonly string[]): Promise<void> {
  await sql.run(FORGET, [campaignIds]);
}

const FORGET = {
  name: 'forget-hours',
  text: `UPDATE campaign_hours SET opens_at = '-infinity', closes_at = '-infinity' WHERE campaign_id = ANY($1::uuid[])`,
};
