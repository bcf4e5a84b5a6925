import type { CampaignStatus } from '../campaign/campaign-status.js';
import { GATES, gatesAskedOf, type Gate } from '../gate/gate.js';
import type { LeadStatus } from '../lead/lead-status.js';

/** Seconds until a lead is retried whose number is in a call of another campaign; no attempt is used. */
export const NUMBER_BUSY_PAUSE_SECONDS = 30;

/**
 * Conditions that are checked besides the gates. The first concern the campaign and the lead's status, the last the due
 * time.
 */
export const PRECONDITIONS = [
  'campaign_not_running',
  'kill_switch',
  'contact_closed',
  'in_call',
  'waiting_retry',
] as const;
export type Premise = (typeof PRECONDITIONS)[number];

/**
 * Facts that decide about a lead at one instant. Times are milliseconds since 1970; Infinity: never as things stand.
 */
export interface EligibilityFacts {
  readonly now: number;
  readonly campaignStatus: CampaignStatus;
  readonly isHalted: boolean;
  /** True for a test campaign, to which few gates apply. */
  readonly isTest: boolean;
  readonly leadStatus: LeadStatus;
  readonly dueAt: number;
  /** Time at which each shut gate may open; null for an open gate. */
  readonly untils: Readonly<Record<Gate, number | null>>;
  /** True if no zone is known in which the person could be. */
  readonly isZoneUnknown: boolean;
}

export interface Verdict {
  readonly code: Premise | Gate | 'zone_unknown';
  readonly is_open: boolean;
  readonly detail: string;
  /** Time at which the gate may open. Null if it is open, or does not open by the passage of time. */
  readonly until: Date | null;
}

export interface Eligibility {
  readonly is_eligible: boolean;
  /** Code of the first shut gate; null if the person may be called. */
  readonly code: Verdict['code'] | null;
  readonly detail: string;
  readonly next_eligible_at: Date | null;
  readonly verdicts: readonly Verdict[];
}

/** Explains why a person is called now, or is not. */
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

/** Returns the verdict about the due time. It comes last, because a shut gate says more than the next due time. */
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
