/** Columns of each row whose edit may open a gate; empty if no edit does. */
interface Reopeners {
  readonly campaign?: readonly string[];
  readonly tenant?: readonly string[];
  readonly account?: readonly string[];
  readonly installation?: readonly string[];
}

/**
 * Combinations of scope and fate that the engine carries out. The scope `lead` needs a condition and nothing else: the
 * claim and the placing ask it of each lead. Every other scope names the mechanism that keeps its leads from being
 * called. The compiler then asks for the gate in the table of that mechanism.
 * - `calling_hours`: the claim skips closed areas (`OPEN_AREAS` in `engine/claim/claim-due-leads.ts`).
 * - `caller_ids`: the claim waits for the pool, the placing draws from it (`SHUT_POOL` in `caller-id-choice.ts`).
 * - `operator_limits`: claim and placing count what is free (`CALL_LIMITS` in `operator-limits.ts`).
 * - `live_call_index`: a unique index decides when the call is committed (`LIVE_CALL_INDEX` in
 *   `engine/place/begin-dialing.ts`).
 */
type Decision =
  | { readonly scope: 'lead'; readonly declined: 'postponed'; readonly mechanism?: never }
  | { readonly scope: 'area'; readonly declined: 'released'; readonly mechanism: 'calling_hours' }
  | { readonly scope: 'campaign'; readonly declined: 'postponed' | 'released'; readonly mechanism: 'caller_ids' }
  | { readonly scope: 'campaign'; readonly declined: 'postponed'; readonly mechanism: 'operator_limits' }
  | { readonly scope: 'number'; readonly declined: 'postponed'; readonly mechanism: 'live_call_index' };

type Mechanism = NonNullable<Decision['mechanism']>;

/**
 * Terms of a gate. `declined` is the fate of a stopped job's lead: `postponed` with the gate's code, or `released` to
 * be claimed again.
 */
export type GateTerms = Decision & {
  /** Sentence that is shown while the gate is shut. */
  readonly sentence: string;
  /** True if the gate stops a whole campaign, and no time is known at which it opens. */
  readonly isStandstill?: true;
  /** True if a contact may open it: a campaign does not complete while a lead waits for it. */
  readonly isAwaited?: true;
  /** True if test campaigns ask it too; they ask no other gate (docs/test-mode.md). */
  readonly isAskedInTests?: true;
  /** Edits that may open it: leads that wait for it are asked again. */
  readonly reopenedBy: Reopeners;
};

type Step = 'claim' | 'placing' | 'preflight';

/** Steps that ask the condition of a gate, by its scope. The eligibility of a single contact asks every gate. */
const ASKED_BY: Readonly<Record<GateTerms['scope'], readonly Step[]>> = {
  area: ['placing'],
  lead: ['claim', 'placing', 'preflight'],
  number: ['claim', 'preflight'],
  campaign: ['preflight'],
};

const OPERATORS_CALLS = {
  scope: 'campaign',
  declined: 'postponed',
  mechanism: 'operator_limits',
  reopenedBy: { installation: ['tenant_limits'] },
} as const;

/**
 * Table of the gates, in the order in which they are asked. Every list of gates elsewhere is derived from this table;
 * the conditions stand in SQL (`CONDITIONS` in `statements/engine/eligibility/gates.ts`).
 */
const TERMS = {
  number_kind: {
    sentence:
      'The operator lets no numbers of this kind be called (premium rate, satellite and the like): ' +
      "ALLOWED_NUMBER_KINDS is the operator's setting.",
    scope: 'lead',
    declined: 'postponed',
    reopenedBy: { installation: ['allowed_number_kinds'] },
  },
  country_not_allowed: {
    sentence:
      'The country of the number is none that may be called: the operator names them (ALLOWED_COUNTRIES), or, for ' +
      "calls over a telephony account of the tenant's own, its allowed_countries, else the tenant's " +
      'default_country.',
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
    mechanism: 'calling_hours',
    // The claim asks the hours themselves, which are recomputed after an edit.
    reopenedBy: {},
  },
  dnc: {
    sentence: 'The number is on the do-not-call list.',
    scope: 'lead',
    declined: 'postponed',
    isAskedInTests: true,
    // No edit: an entry that is removed releases its leads by itself.
    reopenedBy: {},
  },
  no_consent: {
    sentence: 'The campaign requires a consent, and there is no valid one.',
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
    mechanism: 'caller_ids',
    isStandstill: true,
    reopenedBy: {},
  },
  caller_ids_used: {
    sentence: 'Each caller id has been used as often today (UTC) as its daily_cap allows, or is switched off.',
    scope: 'campaign',
    declined: 'postponed',
    mechanism: 'caller_ids',
    reopenedBy: { campaign: ['telephony_account_id', 'from_number'] },
  },
  operator_calls_per_day: {
    sentence:
      "The operator's limit of this tenant is reached: no further call is placed today (UTC). Ask the operator " +
      'for more calls a day.',
    ...OPERATORS_CALLS,
  },
  operator_concurrent_calls: {
    sentence:
      "The operator's limit of this tenant is reached: as many calls are live, over all campaigns, as the " +
      'operator allows. The next is placed when one ends.',
    ...OPERATORS_CALLS,
  },
  number_busy: {
    sentence: 'The number is in a call.',
    scope: 'number',
    declined: 'postponed',
    mechanism: 'live_call_index',
    isAskedInTests: true,
    // Opens when the other call ends.
    reopenedBy: {},
  },
} as const satisfies Readonly<Record<string, GateTerms>>;

/** Reason that may keep a contact from being called. */
export type Gate = keyof typeof TERMS;

/** Gates that a mechanism decides. */
export type GateOf<M extends Mechanism> = {
  [G in Gate]: (typeof TERMS)[G] extends { readonly mechanism: M } ? G : never;
}[Gate];

export const GATES: Readonly<Record<Gate, GateTerms>> = TERMS;

/** Names of the gates, in the order in which they are asked. */
export const GATE_NAMES = Object.keys(TERMS) as readonly Gate[];

/** Returns the gates that are asked of a campaign's leads: few of them in a test campaign. */
export function gatesAskedOf({ is_test }: { readonly is_test: boolean }): readonly Gate[] {
  return GATE_NAMES.filter((gate) => !is_test || GATES[gate].isAskedInTests);
}

/** Gates that the claim asks of each lead. */
export const GATES_AT_CLAIM = gatesAskedBy('claim');

/** Gates that are asked of each queued job before its call is committed; mechanisms decide the others. */
export const GATES_AT_PLACING = gatesAskedBy('placing');

/** Gates that the preflight asks of each waiting lead; it computes the hours by area. */
export const GATES_AT_PREFLIGHT = gatesAskedBy('preflight');

/** Gates whose code a lead carries after one of them has stopped its queued job. */
export const POSTPONING_GATES = GATE_NAMES.filter((gate) => GATES[gate].declined === 'postponed');

/** Gates that stop a whole campaign while they are shut. */
export const STANDSTILL_GATES = GATE_NAMES.filter((gate) => GATES[gate].isStandstill);

/** Gates that keep a campaign from completing while one of its leads waits for them. */
export const AWAITED_GATES = GATE_NAMES.filter((gate) => GATES[gate].isAwaited);

function gatesAskedBy(step: Step): readonly Gate[] {
  return GATE_NAMES.filter((gate) => ASKED_BY[GATES[gate].scope].includes(step));
}

/** Returns the gates that these edits may open; a field that is undefined is not edited. */
export function gatesReopenedBy(edited: keyof Reopeners, edits: Readonly<Record<string, unknown>>): readonly Gate[] {
  return GATE_NAMES.filter((gate) => GATES[gate].reopenedBy[edited]?.some((field) => edits[field] !== undefined));
}
