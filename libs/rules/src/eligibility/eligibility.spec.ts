import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAMPAIGN_STATUSES } from '../campaign/campaign-status.js';
import { eligibilityOf, type EligibilityFacts } from './eligibility.js';
import { GATE_NAMES, gatesAskedOf, type Gate } from '../gate/gate.js';
import { LEAD_STATUSES } from '../lead/lead-status.js';

const NOW = Date.UTC(2027, 0, 15, 12);
const HOUR = 3_600_000;
const OPEN = Object.fromEntries(GATE_NAMES.map((gate) => [gate, null])) as Record<Gate, null>;

const facts = (fields: Partial<EligibilityFacts> = {}): EligibilityFacts => ({
  now: NOW,
  campaignStatus: 'running',
  isHalted: false,
  isTest: false,
  leadStatus: 'pending',
  dueAt: NOW,
  untils: OPEN,
  isZoneUnknown: false,
  ...fields,
});

describe('eligibilityOf', () => {
  it('a contact without obstacles may be called', () => {
    expect(eligibilityOf(facts())).toMatchObject({ is_eligible: true, code: null, next_eligible_at: new Date(NOW) });
  });

  it.each<[string, Partial<EligibilityFacts>, string, number | null]>([
    ['the campaign is paused', { campaignStatus: 'paused' }, 'campaign_not_running', null],
    ['a kill switch is engaged', { isHalted: true }, 'kill_switch', null],
    ['the contact has been reached', { leadStatus: 'completed' }, 'contact_closed', null],
    ['the contact is in a call', { leadStatus: 'in_progress' }, 'in_call', null],
    ['a retry is due later', { dueAt: NOW + HOUR }, 'waiting_retry', NOW + HOUR],
    ['it is night', { untils: { ...OPEN, outside_window: NOW + HOUR } }, 'outside_window', NOW + HOUR],
    [
      'nobody knows the zone',
      { isZoneUnknown: true, untils: { ...OPEN, outside_window: Infinity } },
      'zone_unknown',
      null,
    ],
    ['the list forbids it', { untils: { ...OPEN, dnc: Infinity, min_gap: NOW + HOUR } }, 'dnc', null],
    [
      'two gates are shut, and it is asked again in between',
      { dueAt: NOW + 2 * HOUR, untils: { ...OPEN, min_gap: NOW + HOUR, frequency_cap: NOW + 3 * HOUR } },
      'min_gap',
      NOW + 3 * HOUR,
    ],
  ])('the answer says why not when %s', (_, fields, code, until) => {
    const { is_eligible, ...answer } = eligibilityOf(facts(fields));
    expect([is_eligible, answer.code, answer.next_eligible_at?.getTime() ?? null]).toEqual([false, code, until]);
  });

  it('a contact is eligible exactly if every verdict passes', () => {
    const until = fc.option(fc.oneof(fc.integer({ min: NOW + 1, max: NOW + HOUR }), fc.constant(Infinity)));
    const any = fc.record({
      now: fc.constant(NOW),
      campaignStatus: fc.constantFrom(...CAMPAIGN_STATUSES),
      isHalted: fc.boolean(),
      isTest: fc.boolean(),
      leadStatus: fc.constantFrom(...LEAD_STATUSES),
      dueAt: fc.oneof(fc.integer({ min: NOW - HOUR, max: NOW + HOUR }), fc.constant(Infinity)),
      untils: fc.record(Object.fromEntries(GATE_NAMES.map((gate) => [gate, until])) as Record<Gate, typeof until>),
      isZoneUnknown: fc.constant(false),
    });
    fc.assert(
      fc.property(any, (generated) => {
        const { is_eligible, code, verdicts } = eligibilityOf(generated);
        const asked = gatesAskedOf({ is_test: generated.isTest });
        expect(GATE_NAMES.filter((gate) => verdicts.some((verdict) => verdict.code === gate))).toEqual(asked);
        expect(is_eligible).toBe(verdicts.every(({ is_open }) => is_open));
        expect(code).toBe(verdicts.find(({ is_open }) => !is_open)?.code ?? null);
      }),
    );
  });
});
