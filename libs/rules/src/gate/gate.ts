/** Columns of each of these whose edit may open a gate. */
interface Reopeners {
  readonly campaign?: readonly string[];
  readonly tenant?: readonly string[];
  readonly account?: readonly string[];
  readonly installation?: readonly string[];
}

interface GateTerms {
  /** Sentence that is shown while it is shut. */
  readonly sentence: string;
  /**
   * - `area`: holds for all numbers of an area; the claim looks at open areas alone.
   * - `lead`: asked for each lead, by the claim and again when the call is committed.
   * - `number`: asked for each lead by the claim; when the call is committed, a unique index decides.
   * - `campaign`: holds for all leads of a campaign or for none; decided over locked rows when the call is committed.
   */
  readonly scope: 'area' | 'lead' | 'number' | 'campaign';
  /** Fate of the lead whose queued job it stops: `postponed` with the gate's code, or merely `released`. */
  readonly declined: 'postponed' | 'released';
  /** Nothing of a campaign is dialed while it is shut, and no time is known at which it opens. */
  readonly isStandstill?: true;
  /** Somebody outside may open it at any time: a campaign does not complete while a lead waits for it. */
  readonly isAwaited?: true;
  /** Asked in test campaigns, too; they ask no other gate (docs/test-mode.md). */
  readonly isAskedInTests?: true;
  /** Edits that may open it: leads that wait for it are asked again. */
  readonly reopenedBy?: Reopeners;
}

const OPERATORS_CALLS = {
  scope: 'campaign',
  declined: 'postponed',
  reopenedBy: { installation: ['tenant_limits'] },
} as const;

/**
 * All that is known of each gate, in the order in which the gates are asked. Every list of gates elsewhere is derived
 * from this table; the condition itself stands in SQL (`statements/gates.ts`).
 */
const TERMS = {
  number_kind: {
    sentence:
      "The operator lets no numbers of this kind be called (premium rate, satellite and the like): ALLOWED_NUMBER_KINDS is the operator's setting.",
    scope: 'lead',
    declined: 'postponed',
    reopenedBy: { installation: ['allowed_number_kinds'] },
  },
  country_not_allowed: {
    sentence:
      "The country of the number is none that may be called: the operator names them (ALLOWED_COUNTRIES), or, for calls over a telephony account of the tenant's own, its allowed_countries, else the tenant's default_country.",
    scope: 'lead',
    declined: 'postponed',
    reopenedBy: {
      campaign: ['telephony_account_id'],
      tenant: ['default_country'],
      account: ['allowed_countries'],
      installation: ['allowed_countries'],
    },
  },
  outside_window: {
    sentence: 'It is outside the hours in which they may be called.',
    scope: 'area',
    declined: 'released',
  },
  dnc: {
    sentence: 'The number is on the do-not-call list.',
    scope: 'lead',
    declined: 'postponed',
    isAskedInTests: true,
  },
  no_consent: {
    sentence: 'The campaign requires a consent, and there is none that holds.',
    scope: 'lead',
    declined: 'postponed',
    isAwaited: true,
    reopenedBy: { campaign: ['requires_consent'] },
  },
  no_disclosure: {
    sentence:
      'The law of the place wants a call to begin with words that the campaign does not say (disclosure, ' +
      'recording_notice): preflight names them.',
    scope: 'lead',
    declined: 'postponed',
    reopenedBy: {
      campaign: ['disclosure', 'recording_notice', 'language', 'record_calls', 'telephony_account_id'],
      tenant: ['disclosure', 'recording_notice', 'uses_rule_packs'],
      installation: ['route_prompt'],
    },
  },
  min_gap: {
    sentence: 'The number was called less than min_gap_seconds ago.',
    scope: 'lead',
    declined: 'postponed',
    reopenedBy: { campaign: ['min_gap_seconds'], tenant: ['min_gap_seconds'] },
  },
  frequency_cap: {
    sentence: 'The number has been called as often as the cap allows.',
    scope: 'lead',
    declined: 'postponed',
    reopenedBy: { tenant: ['cap_attempts'] },
  },
  caller_ids_off: {
    sentence: 'Every caller id is switched off: calls go on as soon as one is switched on.',
    scope: 'campaign',
    declined: 'released',
    isStandstill: true,
  },
  caller_ids_used: {
    sentence: 'Each caller id has been used as often today (UTC) as its daily_cap allows, or is switched off.',
    scope: 'campaign',
    declined: 'postponed',
    reopenedBy: { campaign: ['telephony_account_id', 'from_number'] },
  },
  operator_calls_per_day: {
    sentence:
      "The operator's limit of this tenant is reached: no further call is placed today (UTC). Ask the operator for more calls a day.",
    ...OPERATORS_CALLS,
  },
  operator_concurrent_calls: {
    sentence:
      "The operator's limit of this tenant is reached: as many calls are on the line, over all campaigns, as the operator allows. The next is placed when one ends.",
    ...OPERATORS_CALLS,
  },
  number_busy: { sentence: 'The number is in a call.', scope: 'number', declined: 'postponed', isAskedInTests: true },
} as const satisfies Readonly<Record<string, GateTerms>>;

/** Reasons that may keep a person from being called. */
export type Gate = keyof typeof TERMS;

export const GATES: Readonly<Record<Gate, GateTerms>> = TERMS;

/** In the order in which they are asked. */
export const GATE_NAMES = Object.keys(TERMS) as readonly Gate[];

/** Asked of a campaign's leads: in the test world, few of them. */
export function gatesAskedOf({ is_test }: { readonly is_test: boolean }): readonly Gate[] {
  return GATE_NAMES.filter((gate) => !is_test || GATES[gate].isAskedInTests);
}

/** Asked by the claim, of each lead. */
export const GATES_AT_CLAIM = gatesOf('lead', 'number');

/** Asked of each queued job before its call is committed; the others are decided over locked rows or by an index. */
export const GATES_AT_PLACING = gatesOf('area', 'lead');

/** Asked of each waiting lead by the preflight; hours are reckoned by area. */
export const GATES_AT_PREFLIGHT = gatesOf('lead', 'number', 'campaign');

/** A lead whose queued job one of these has stopped waits with the gate's code. */
export const POSTPONING_GATES = GATE_NAMES.filter((gate) => GATES[gate].declined === 'postponed');

/** Nothing is dialed while one of these is shut. */
export const STANDSTILL_GATES = GATE_NAMES.filter((gate) => GATES[gate].isStandstill);

/** A campaign does not complete while one of its leads waits for one of these. */
export const AWAITED_GATES = GATE_NAMES.filter((gate) => GATES[gate].isAwaited);

function gatesOf(...scopes: readonly GateTerms['scope'][]): readonly Gate[] {
  return GATE_NAMES.filter((gate) => scopes.includes(GATES[gate].scope));
}

/** The gates that these edits may open; a field that is undefined is not edited. */
export function gatesReopenedBy(edited: keyof Reopeners, edits: Readonly<Record<string, unknown>>): readonly Gate[] {
  return GATE_NAMES.filter((gate) => GATES[gate].reopenedBy?.[edited]?.some((field) => edits[field] !== undefined));
}
