import { describe, expect, it } from 'vitest';
import {
  AWAITED_GATES,
  GATE_NAMES,
  GATES,
  GATES_AT_CLAIM,
  GATES_AT_PLACING,
  GATES_AT_PREFLIGHT,
  gatesAskedOf,
  gatesReopenedBy,
  POSTPONING_GATES,
  STANDSTILL_GATES,
} from './gate.js';

describe('GATES', () => {
  it('asks each gate that holds for one lead at the claim, and again before its call is committed', () => {
    const ofLeads = GATE_NAMES.filter((gate) => GATES[gate].scope === 'lead');
    expect(GATES_AT_CLAIM).toEqual(expect.arrayContaining([...ofLeads, 'number_busy']));
    expect(GATES_AT_PLACING).toEqual(expect.arrayContaining([...ofLeads, 'outside_window']));
  });

  it('asks the preflight for every gate but the hours, which are reckoned by area', () => {
    expect(GATES_AT_PREFLIGHT).toEqual(GATE_NAMES.filter((gate) => gate !== 'outside_window'));
  });

  it('postpones the lead of a job that a gate stops at the claim, so that the next claim leaves it out', () => {
    expect(POSTPONING_GATES).toEqual(expect.arrayContaining([...GATES_AT_CLAIM]));
  });

  it('calls a campaign blocked while all its caller ids are off', () => {
    expect(STANDSTILL_GATES).toEqual(['caller_ids_off']);
  });

  it('keeps a campaign open for those who may yet consent, and for nobody else who cannot be called', () => {
    expect(AWAITED_GATES).toEqual(['no_consent']);
  });

  it.each([
    ['campaign', { telephony_account_id: null }, ['country_not_allowed', 'no_disclosure', 'caller_ids_used']],
    ['tenant', { uses_rule_packs: false }, ['no_disclosure']],
    ['campaign', { requires_consent: false, name: 'x' }, ['no_consent']],
    ['tenant', { default_country: 'GB' }, ['country_not_allowed']],
    ['tenant', { min_gap_seconds: 0, cap_attempts: null }, ['min_gap', 'frequency_cap']],
    ['account', { allowed_countries: ['GB'] }, ['country_not_allowed']],
    ['campaign', { name: 'x', min_gap_seconds: undefined }, []],
  ] as const)('an edit of a %s, %j, may open %j', (edited, edits, gates) => {
    expect(gatesReopenedBy(edited, edits)).toEqual(gates);
  });

  it('asks test campaigns for their own list and whether the number is busy, and for nothing else', () => {
    expect(gatesAskedOf({ is_test: true })).toEqual(['dnc', 'number_busy']);
    expect(gatesAskedOf({ is_test: false })).toEqual(GATE_NAMES);
  });
});
