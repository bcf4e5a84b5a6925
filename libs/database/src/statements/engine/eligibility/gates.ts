import { LIVE_CALL_STATUSES } from '#rules/call/call-status.js';
import { GATE_NAMES, GATES, type Gate } from '#rules/gate/gate.js';
import { NUMBER_BUSY_PAUSE_SECONDS } from '#rules/eligibility/eligibility.js';
import { ANY_COUNTRY } from '#rules/phone-number/number-kind.js';
import { callerIdsUntil } from './caller-id-pool.js';
import { ARE_WORDS_MISSING, FIRST_WORDS } from './first-words.js';
import { CALL_LIMIT_GATES, CALL_LIMITS } from './operator-limits.js';
import { sqlList } from '../../parts/sql-list.js';

/**
 * Current time in the conditions. `now()` would be the start of the transaction, which may have waited for locks since.
 * Hours or consents that have ended meanwhile would still count.
 */
export const NOW = 'statement_timestamp()';

/** Pause of a lead that an earlier version stored, until a claim has judged its number. */
const UNJUDGED_PAUSE_SECONDS = 10;

/** Countries that may be called: the operator's over its own route, else those of the tenant's account. */
export const ALLOWED_COUNTRIES = `CASE WHEN k.telephony_account_id IS NULL THEN i.allowed_countries
  ELSE coalesce(a.allowed_countries, jsonb_build_array(t.default_country)) END`;

/** True if numbers of area p may not be called for their kind, or their country; null counts as false. */
const IS_KIND_REFUSED = `p.number_kind <> 'ordinary' AND NOT i.allowed_number_kinds ? p.number_kind`;
const IS_COUNTRY_REFUSED = `NOT coalesce((${ALLOWED_COUNTRIES}) ?| ARRAY['${ANY_COUNTRY}', p.number_country], false)`;

const GAP_SECONDS = 'greatest(k.min_gap_seconds, t.min_gap_seconds)';

/** Returns the latest call to the number of lead l outside test campaigns; `since` narrows the search. */
const lastCall = (since: string) => `(SELECT max(o.last_called_at) FROM leads o
    WHERE o.number_key = l.number_key AND o.tenant_id = l.tenant_id${since}
      AND NOT (SELECT w.is_test FROM campaigns w WHERE w.id = o.campaign_id))`;

/**
 * Conditions of the gates as SQL, for the claim, the placing, the preflight and the eligibility of one contact. Each is
 * a time: null when the gate is open, else when it may open, `infinity` for never. A gate that test campaigns ask reads
 * rows of the campaign's own world. Every other gate reads rows of the live world.
 * Conditions refer to these rows, joined by `GATE_SURROUNDINGS`:
 * - l is the lead, k its campaign, t its tenant, p its area, i the installation;
 * - a is the campaign's telephony account;
 * - h holds the campaign's hours in the area; without a row, or after its end, they have to be computed.
 * A statement that asks a gate of the scope `campaign` begins with `campaignGates`.
 */
const CONDITIONS: Readonly<Record<Gate, string>> = {
  number_kind: `CASE WHEN p.number_kind IS NULL THEN ${NOW} + ${UNJUDGED_PAUSE_SECONDS} * interval '1 second'
    WHEN ${IS_KIND_REFUSED} THEN 'infinity'::timestamptz END`,
  country_not_allowed: `CASE WHEN ${IS_COUNTRY_REFUSED} THEN 'infinity'::timestamptz END`,
  outside_window: `CASE WHEN h.closes_at > ${NOW}
    THEN CASE WHEN h.opens_at > ${NOW} THEN h.opens_at END ELSE ${NOW} END`,
  dnc: `(SELECT coalesce(d.expires_at, 'infinity') FROM dnc_entries d
    WHERE d.tenant_id = l.tenant_id AND d.number_key = l.number_key AND d.is_test = k.is_test
      AND (d.expires_at IS NULL OR d.expires_at > ${NOW}))`,
  no_consent: `CASE WHEN k.requires_consent AND NOT coalesce(
    (SELECT c.kind = 'given' AND coalesce(c.expires_at > ${NOW}, true) FROM consents c
      WHERE c.tenant_id = l.tenant_id AND c.number_key = l.number_key AND c.given_at <= ${NOW}
      ORDER BY c.given_at DESC, c.created_at DESC LIMIT 1), false) THEN 'infinity'::timestamptz END`,
  no_disclosure: `CASE WHEN ${ARE_WORDS_MISSING} THEN 'infinity'::timestamptz END`,
  min_gap: `CASE WHEN ${GAP_SECONDS} > 0
    THEN ${lastCall(` AND o.last_called_at > ${NOW} - ${GAP_SECONDS} * interval '1 second'`)}
    + ${GAP_SECONDS} * interval '1 second' END`,
  frequency_cap: `CASE WHEN t.cap_attempts IS NOT NULL THEN (
    SELECT c.started_at + t.cap_days * interval '1 day' FROM leads o JOIN calls c ON c.lead_id = o.id
    WHERE o.number_key = l.number_key AND o.tenant_id = l.tenant_id AND NOT c.is_test
      AND c.started_at > ${NOW} - t.cap_days * interval '1 day'
    ORDER BY c.started_at DESC OFFSET t.cap_attempts - 1 LIMIT 1) END`,
  caller_ids_off: `(SELECT g.caller_ids FROM campaign_gates g
    WHERE g.campaign_id = k.id AND g.caller_ids = 'infinity')`,
  caller_ids_used: `(SELECT g.caller_ids FROM campaign_gates g
    WHERE g.campaign_id = k.id AND g.caller_ids < 'infinity')`,
  operator_calls_per_day: `(SELECT g.operator_calls_per_day FROM campaign_gates g WHERE g.campaign_id = k.id)`,
  operator_concurrent_calls: `(SELECT g.operator_concurrent_calls FROM campaign_gates g WHERE g.campaign_id = k.id)`,
  number_busy: `CASE WHEN (SELECT c.id FROM calls c WHERE c.tenant_id = l.tenant_id AND c.number_key = l.number_key
    AND c.is_test = k.is_test AND c.status IN (${sqlList(LIVE_CALL_STATUSES)}) LIMIT 1) IS NOT NULL
    THEN ${NOW} + ${NUMBER_BUSY_PAUSE_SECONDS} * interval '1 second' END`,
};

/** Conditions under which a gate that test campaigns do not ask is always open for them. */
const UNTIL = Object.fromEntries(
  GATE_NAMES.map((gate) => [
    gate,
    GATES[gate].isAskedInTests ? CONDITIONS[gate] : `CASE WHEN NOT k.is_test THEN ${CONDITIONS[gate]} END`,
  ]),
) as Record<Gate, string>;

/** Joins of the rows that the conditions refer to, for `FROM leads l`. */
export const GATE_SURROUNDINGS = `
  JOIN campaigns k ON k.id = l.campaign_id JOIN tenants t ON t.id = l.tenant_id CROSS JOIN installation i
  LEFT JOIN telephony_accounts a ON a.id = k.telephony_account_id
  LEFT JOIN areas p ON p.id = l.area_id
  LEFT JOIN campaign_hours h ON h.campaign_id = l.campaign_id AND h.area_id = l.area_id`;

/**
 * Returns the CTE of the gates that are shut for all leads of a campaign or for none. Caller ids (up to a thousand in a
 * pool) and the operator's limits are read once for each campaign. `campaigns` is a condition on k.
 */
export function campaignGates(campaigns: string): string {
  return `campaign_gates AS MATERIALIZED (
    SELECT k.id AS campaign_id, ${callerIdsUntil(NOW)} AS caller_ids,
      ${CALL_LIMIT_GATES.map((gate) => `${CALL_LIMITS[gate].until(NOW)} AS ${gate}`).join(', ')}
    FROM campaigns k JOIN tenants t ON t.id = k.tenant_id CROSS JOIN installation i WHERE ${campaigns})`;
}

/** True if campaign k may at some time call numbers of the area of its hours h. */
export const IS_AREA_CALLABLE = `(k.is_test OR h.opens_at < 'infinity' AND EXISTS (
  SELECT FROM areas p CROSS JOIN installation i JOIN tenants t ON t.id = k.tenant_id
    LEFT JOIN telephony_accounts a ON a.id = k.telephony_account_id
  WHERE p.id = h.area_id AND p.number_kind IS NOT NULL AND NOT (${IS_KIND_REFUSED}) AND NOT (${IS_COUNTRY_REFUSED})
    AND NOT (${ARE_WORDS_MISSING})))`;

export function untilOf(gate: Gate): string {
  return UNTIL[gate];
}

/** Returns SQL for the first shut gate; null when all are open. Later gates are not asked. */
export function firstShut(gates: readonly Gate[]): string {
  const cases = gates.map((gate) => `WHEN ${UNTIL[gate]} IS NOT NULL THEN '${gate}'`);
  return `CASE ${cases.join('\n      ')} END`;
}

/** Returns SQL for the time at which the gate may open that the SQL expression `name` names. */
export function untilOfNamed(name: string, gates: readonly Gate[]): string {
  const cases = gates.map((gate) => `WHEN '${gate}' THEN ${UNTIL[gate]}`);
  return `CASE ${name} ${cases.join('\n      ')} END`;
}

const CALLS_IN_CAP = `(SELECT count(*) FROM leads o JOIN calls c ON c.lead_id = o.id
  WHERE o.number_key = l.number_key AND o.tenant_id = l.tenant_id AND NOT c.is_test
    AND c.started_at > ${NOW} - t.cap_days * interval '1 day')`;

/** SQL for a `CallDecision` of a lead whose gates are open. Gates that a test campaign does not ask are left out. */
export const DECISION = `
  CASE WHEN k.is_test THEN jsonb_build_object('decided_at', ${NOW}, 'is_test', true, 'dnc_checked_at', ${NOW},
    'first_words', ${FIRST_WORDS})
  ELSE jsonb_build_object(
    'decided_at', ${NOW},
    'hours', h.grounds || jsonb_build_object('opened_at', h.opens_at, 'closes_at', h.closes_at),
    'number', jsonb_build_object('country', p.number_country, 'kind', p.number_kind),
    'rule_packs_off', NOT t.uses_rule_packs,
    'dnc_checked_at', ${NOW},
    'consent_id', CASE WHEN k.requires_consent THEN (
      SELECT c.id FROM consents c WHERE c.tenant_id = l.tenant_id AND c.number_key = l.number_key
        AND c.given_at <= ${NOW}
      ORDER BY c.given_at DESC, c.created_at DESC LIMIT 1) END,
    'gap', jsonb_build_object('seconds', ${GAP_SECONDS}, 'last_called_at', CASE WHEN ${GAP_SECONDS} > 0 THEN
      ${lastCall('')} END),
    'cap', CASE WHEN t.cap_attempts IS NOT NULL THEN
      jsonb_build_object('attempts', t.cap_attempts, 'days', t.cap_days, 'calls', ${CALLS_IN_CAP}) END,
    'first_words', ${FIRST_WORDS}) END`;
