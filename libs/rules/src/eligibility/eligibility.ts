import type { CampaignStatus } from '../campaign/campaign-status.js';
import { GATES, gatesAskedOf, type Gate } from '../gate/gate.js';
import type { LeadStatus } from '../lead/lead-status.js';

/**
 * What is asked besides the gates: whether anybody, and this person, is to be called at all, and last whether they are
 * due.
 */
export const PREMISES = ['campaign_not_running', 'kill_switch', 'contact_closed', 'in_call', 'waiting_retry'] as const;
export type Premise = (typeof PREMISES)[number];

/**
 * A lead and what decides about it at one instant. Times are milliseconds since 1970; Infinity: never as things stand.
 */
export interface EligibilityFacts {
  readonly now: number;
  readonly campaignStatus: CampaignStatus;
  readonly isHalted: boolean;
  /** Test campaigns ask few gates. */
  readonly isTest: boolean;
  readonly leadStatus: LeadStatus;
  readonly dueAt: number;
  /** When a gate that is shut may open; null: it is open. */
  readonly untils: Readonly<Record<Gate, number | null>>;
  /** No zone is known in which the person could be. */
  readonly isZoneUnknown: boolean;
}

export interface Verdict {
  readonly code: Premise | Gate | 'zone_unknown';
  readonly is_open: boolean;
  readonly detail: string;
  /** When it may open; null when it is open, or nothing that passes by itself will open it. */
  readonly until: Date | null;
}

export interface Eligibility {
  readonly is_eligible: boolean;
  /** The first that is shut; null when the person may be called. */
  readonly code: Verdict['code'] | null;
  readonly detail: string;
  readonly next_eligible_at: Date | null;
  readonly verdicts: readonly Verdict[];
}

/** Why this person is called now, or is not. */
export function eligibilityOf(facts: EligibilityFacts): Eligibility {
  const gates = gatesAskedOf({ is_test: facts.isTest });
  const verdicts = [...premises(facts), ...gates.map((gate) => gateVerdict(gate, facts)), dueVerdict(facts)];
  const shut = verdicts.filter(({ is_open }) => !is_open);
  const untils = shut.map(({ until }) => until);
  return {
    is_eligible: shut.length === 0,
    code: shut[0]?.code ?? null,
    detail: shut[0]?.detail ?? 'It is called as soon as a slot is free.',
    next_eligible_at: untils.includes(null) ? null : latest([new Date(facts.now), ...(untils as Date[])]),
    verdicts,
  };
}

const PREMISE_SENTENCES: Readonly<Record<Premise, string>> = {
  campaign_not_running: 'The campaign is not running.',
  kill_switch: 'A kill switch is engaged.',
  contact_closed: 'The contact is not to be called any more.',
  in_call: 'The contact is being called.',
  waiting_retry: 'The contact is not due yet.',
};

function premises({ campaignStatus, isHalted, leadStatus }: EligibilityFacts): Verdict[] {
  const premise = (code: Premise, isOpen: boolean) => verdict(code, PREMISE_SENTENCES[code], isOpen ? null : Infinity);
  return [
    premise('campaign_not_running', campaignStatus === 'running'),
    premise('kill_switch', !isHalted),
    premise('contact_closed', leadStatus === 'pending' || leadStatus === 'in_progress'),
    premise('in_call', leadStatus !== 'in_progress'),
  ];
}

/** Asked last: a gate that is shut says more than the time at which it will be asked again. */
function dueVerdict({ now, leadStatus, dueAt }: EligibilityFacts): Verdict {
  const isDue = leadStatus !== 'pending' || dueAt <= now || dueAt === Infinity;
  return verdict('waiting_retry', PREMISE_SENTENCES.waiting_retry, isDue ? null : dueAt);
}

function gateVerdict(gate: Gate, { untils, isZoneUnknown }: EligibilityFacts): Verdict {
  if (gate === 'outside_window' && isZoneUnknown)
    return verdict(
      'zone_unknown',
      'Nobody can say in which time zone the number lies; give the contact a timezone.',
      Infinity,
    );
  return verdict(gate, GATES[gate].sentence, untils[gate]);
}

function verdict(code: Verdict['code'], sentence: string, until: number | null): Verdict {
  return {
    code,
    is_open: until === null,
    detail: until === null ? 'Open.' : sentence,
    until: until === null || until === Infinity ? null : new Date(until),
  };
}

function latest(times: readonly Date[]): Date {
  return new Date(Math.max(...times.map((time) => time.getTime())));
}
