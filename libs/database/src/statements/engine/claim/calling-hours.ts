import type { HoursGrounds } from '#rules/eligibility/call-decision.js';
import type { CallingWindow } from '#rules/calling-hours/window/calling-window.js';
import type { Sql } from '../../../connection/sql.js';

export interface UnplacedLead {
  readonly id: string;
  readonly phone_number: string;
  readonly timezone: string | null;
}

/**
 * Waiting leads w of campaign `id` whose numbers have not been judged by the present rules: `FROM` of a statement in
 * SQL.
 */
function unjudgedLeads(id: string, limit: string): string {
  return `campaign_hours u JOIN places v ON v.id = u.place_id AND v.number_kind IS NULL
      CROSS JOIN LATERAL (SELECT f.id FROM leads f WHERE f.campaign_id = u.campaign_id AND f.place_id = u.place_id AND f.status = 'pending'
        LIMIT ${limit}) w
      WHERE u.campaign_id = ${id} LIMIT ${limit}`;
}

/**
 * Whether campaign `id` has waiting leads whose area is not known, or whose numbers have not been judged: SQL, by
 * probes of an index.
 */
export function hasUnplaced(id: string): string {
  return `((SELECT l.id FROM leads l WHERE l.campaign_id = ${id} AND l.place_id IS NULL AND l.status = 'pending' LIMIT 1) IS NOT NULL
      OR (SELECT w.id FROM ${unjudgedLeads(id, '1')}) IS NOT NULL)`;
}

/** Leads that wait and of which nobody has looked up yet where their number lies and of what kind it is. */
export function unplacedLeads(sql: Sql, campaignId: string, limit: number): Promise<UnplacedLead[]> {
  return sql.run<UnplacedLead>(UNPLACED, [campaignId, limit]);
}

const UNPLACED = {
  name: 'unplaced-leads',
  text: `
    SELECT l.id, l.phone_number, l.timezone FROM (
      (SELECT id FROM leads WHERE campaign_id = $1 AND place_id IS NULL AND status = 'pending' LIMIT $2)
      UNION ALL
      (SELECT w.id FROM ${unjudgedLeads('$1', '$2')})) chosen
    JOIN leads l ON l.id = chosen.id WHERE l.status = 'pending'
    LIMIT $2 FOR NO KEY UPDATE OF l SKIP LOCKED`,
};

/** An area, and what its numbers are (`NumberJudgement`): no two areas have one key. */
export interface NewPlace {
  readonly key: string;
  readonly number_country: string | null;
  readonly number_kind: string;
  readonly country: string | null;
  readonly region: string | null;
  readonly zones: readonly string[];
}

/** @returns the id of each place by its key; those that are not there yet are made. */
export async function placeIds(sql: Sql, places: readonly NewPlace[]): Promise<Map<string, number>> {
  if (places.length === 0) return new Map();
  const keys = places.map(({ key }) => key);
  let rows = await sql.run<{ id: number; key: string }>(FIND_PLACES, [keys]);
  if (rows.length < new Set(keys).size) {
    await sql.run(ADD_PLACES, [JSON.stringify(places)]);
    rows = await sql.run(FIND_PLACES, [keys]);
  }
  return new Map(rows.map(({ id, key }) => [key, id]));
}

const FIND_PLACES = { name: 'find-places', text: `SELECT id, key FROM places WHERE key = ANY($1::text[])` };

const ADD_PLACES = {
  name: 'add-places',
  text: `
    INSERT INTO places (key, country, region, zones, number_country, number_kind)
    SELECT DISTINCT ON (key) key, country, region, zones, number_country, number_kind
    FROM jsonb_to_recordset($1::jsonb) AS p (key text, country text, region text, zones jsonb, number_country text, number_kind text)
    ORDER BY key
    ON CONFLICT (key) DO NOTHING`,
};

/** Notes where leads are; their campaign is locked. */
export async function placeLeads(
  sql: Sql,
  leads: readonly { readonly id: string; readonly place_id: number }[],
): Promise<void> {
  await sql.run(PLACE_LEADS, [JSON.stringify(leads)]);
}

const PLACE_LEADS = {
  name: 'place-leads',
  text: `
    UPDATE leads l SET place_id = p.place_id FROM jsonb_to_recordset($1::jsonb) AS p (id uuid, place_id integer) WHERE l.id = p.id`,
};

/** What a campaign and its tenant say about when somebody may be called. */
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

export interface StalePlace {
  readonly id: number;
  readonly country: string | null;
  readonly region: string | null;
  readonly zones: readonly string[];
}

/** Places of a campaign's leads of which it is not known, or not any more, when they may be called. */
export function stalePlaces(sql: Sql, campaignId: string): Promise<StalePlace[]> {
  return sql.run<StalePlace>(STALE, [campaignId]);
}

const STALE = {
  name: 'stale-places',
  text: `
    SELECT p.id, p.country, p.region, p.zones FROM campaign_hours h JOIN places p ON p.id = h.place_id
    WHERE h.campaign_id = $1 AND h.closes_at <= now()`,
};

export interface ReckonedHours {
  readonly place_id: number;
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
    FROM jsonb_to_recordset($2::jsonb) AS n (place_id integer, opens_at timestamptz, closes_at timestamptz, grounds jsonb)
    WHERE h.campaign_id = $1 AND h.place_id = n.place_id`,
};

/**
 * The hours have to be reckoned anew; whoever places a call meanwhile is told that it is closed. Run under the
 * campaign's FOR UPDATE lock.
 */
export async function forgetHours(sql: Sql, campaignIds: readonly string[]): Promise<void> {
  await sql.run(FORGET, [campaignIds]);
}

const FORGET = {
  name: 'forget-hours',
  text: `UPDATE campaign_hours SET opens_at = '-infinity', closes_at = '-infinity' WHERE campaign_id = ANY($1::uuid[])`,
};
