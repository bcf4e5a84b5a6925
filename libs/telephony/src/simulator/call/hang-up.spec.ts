import { describe, expect, it } from 'vitest';
import type { AnsweredScript, UnansweredScript } from './call-script.js';
import { hangUpAt } from './hang-up.js';

const ANSWERED: AnsweredScript = {
  kind: 'answered',
  ringsAtMs: 200,
  answeredAtMs: 3000,
  endsAtMs: 9000,
  answeredBy: 'human',
  outcome: 'callback_requested',
  endReason: 'person_hung_up',
  callbackAfterMs: 86_400_000,
};

const CANCELED = { kind: 'unanswered', status: 'canceled', endReason: 'hung_up' };

const BUSY: UnansweredScript = {
  kind: 'unanswered',
  ringsAtMs: null,
  endsAtMs: 400,
  status: 'busy',
  outcome: 'busy',
  endReason: 'user_busy',
};

describe('hangUpAt', () => {
  it.each([
    ['before it rings', 100, { ...CANCELED, ringsAtMs: null, endsAtMs: 100 }],
    ['while it rings', 2999, { ...CANCELED, ringsAtMs: 200, endsAtMs: 2999 }],
  ])('cancels a call %s', (_, atMs, expected) => {
    expect(hangUpAt(ANSWERED, atMs)).toEqual(expected);
  });

  it('completes a call that was answered, without the outcome it had not reached yet', () => {
    const { callbackAfterMs: _, ...asBefore } = ANSWERED;
    expect(hangUpAt(ANSWERED, 5000)).toEqual({ ...asBefore, endsAtMs: 5000, outcome: 'reached', endReason: 'hung_up' });
  });

  it('leaves a machine a machine', () => {
    const machine: AnsweredScript = { ...ANSWERED, answeredBy: 'machine', outcome: 'voicemail' };
    expect(hangUpAt(machine, 3000)).toMatchObject({ answeredBy: 'machine', outcome: 'voicemail', endsAtMs: 3000 });
  });

  it('changes nothing after the end', () => {
    expect(hangUpAt(ANSWERED, 9000)).toBe(ANSWERED);
    expect(hangUpAt(BUSY, 400)).toBe(BUSY);
  });

  it('cancels what would have been busy', () => {
    expect(hangUpAt(BUSY, 399)).toEqual({ ...CANCELED, ringsAtMs: null, endsAtMs: 399 });
  });
});
