import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOMES, type Outcome } from '../call/outcome.js';
import { DEFAULT_RETRY_POLICY, RETRY_REASONS, retryDelaySeconds } from './retry-policy.js';
import {
  decisiveOutcome,
  dialerJobStatusAfter,
  settleLead,
  type CampaignTerms,
  type EndedAttempt,
} from './settlement.js';
import { LEAD_TRANSITIONS } from '../lead/lead-status.js';

const NOW = new Date('2027-01-01T12:00:00Z');

const attempt = (fields: Partial<EndedAttempt>): EndedAttempt => ({
  outcome: 'busy',
  attempts: 1,
  repeats: 1,
  callbacks: 0,
  callbackAt: null,
  placedAt: NOW,
  ...fields,
});

const terms = (fields: Partial<CampaignTerms> = {}): CampaignTerms => ({
  retryFailed: true,
  maxRetries: 3,
  retryPolicy: null,
  minGapSeconds: 0,
  endAt: null,
  ...fields,
});

const middle = { now: NOW, random: 0.5 };
const secondsUntil = (date: Date | null) => (date ? (date.getTime() - NOW.getTime()) / 1000 : null);

describe('settleLead', () => {
  it.each<[Outcome, string]>([
    ['goal_reached', 'completed'],
    ['reached', 'completed'],
    ['opt_out', 'suppressed'],
    ['bad_number', 'invalid'],
  ])('the outcome %s decides at once: %s', (outcome, status) => {
    expect(settleLead(attempt({ outcome }), terms(), middle)).toEqual({ status, nextAttemptAt: null });
  });

  it.each<[Outcome | null, number, number]>([
    ['busy', 1, 300],
    ['busy', 2, 900],
    ['busy', 3, 2700],
    ['no_answer', 1, 14_400],
    ['no_answer', 2, 97_200],
    ['no_answer', 3, 97_200],
    ['voicemail', 1, 97_200],
    ['refused', 1, 30],
    ['refused', 2, 120],
    ['refused', 3, 600],
    ['refused', 4, 600],
    ['provider_error', 1, 60],
    ['lost', 1, 3600],
    [null, 1, 60],
  ])('the outcome %s for the %i. time leads to a retry in %i s', (outcome, repeats, seconds) => {
    const { status, nextAttemptAt } = settleLead(attempt({ outcome, repeats }), terms(), middle);
    expect([status, secondsUntil(nextAttemptAt)]).toEqual(['pending', seconds]);
  });

  it('attempts never exceed 1 + max_retries over all reasons, requested call-backs excluded', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...OUTCOMES), { maxLength: 40 }),
        fc.integer({ min: 0, max: 8 }),
        fc.boolean(),
        (outcomes, maxRetries, retryFailed) => {
          const history: Outcome[] = [];
          for (const outcome of outcomes) {
            history.push(outcome);
            const { status } = settleLead(
              attempt({
                outcome,
                attempts: history.length,
                repeats: history.filter((one) => one === outcome).length,
                callbacks: history.filter((one) => one === 'callback_requested').length,
              }),
              terms({ maxRetries, retryFailed }),
              middle,
            );
            if (status !== 'pending') break;
          }
          const counted = history.filter((outcome) => outcome !== 'callback_requested').length;
          expect(counted).toBeLessThanOrEqual(1 + (retryFailed ? maxRetries : 0));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('a lead that another call reached, or that opted out there, is not called again', () => {
    const after = (outcome: Outcome | null, otherOutcomes: Outcome[]) => {
      const told = attempt({ outcome, otherOutcomes });
      return [settleLead(told, terms(), middle).status, decisiveOutcome(told)];
    };
    for (const outcome of [null, ...OUTCOMES.filter((one) => one !== 'opt_out')]) {
      expect(after(outcome, ['lost', 'opt_out', 'reached'])).toEqual(['suppressed', 'opt_out']);
      expect(after(outcome, ['goal_reached', 'busy'])).toEqual(['completed', 'goal_reached']);
    }
    expect(after('callback_requested', ['reached'])).toEqual(['completed', 'reached']);
    expect(after('opt_out', ['reached'])).toEqual(['suppressed', 'opt_out']);
    expect(after('no_answer', ['busy', 'lost', 'callback_requested'])).toEqual(['pending', 'no_answer']);
  });

  it('call-backs do not use up the retries of a lead', () => {
    const settled = (attempts: number) =>
      settleLead(attempt({ outcome: 'busy', attempts, callbacks: 2 }), terms({ maxRetries: 3 }), middle).status;
    expect([3, 4, 5, 6].map(settled)).toEqual(['pending', 'pending', 'pending', 'exhausted']);
  });

  it('a lead is exhausted once its retries are used up, whatever the reason', () => {
    for (const outcome of RETRY_REASONS) {
      expect(settleLead(attempt({ outcome, attempts: 4 }), terms(), middle)).toEqual({
        status: 'exhausted',
        nextAttemptAt: null,
      });
      expect(settleLead(attempt({ outcome }), terms({ retryFailed: false }), middle).status).toBe('exhausted');
    }
  });

  it('a call-back takes place at the requested time, also after the last retry, else a day later', () => {
    const callbackAt = new Date('2027-01-03T09:30:00Z');
    expect(
      settleLead(attempt({ outcome: 'callback_requested', callbackAt, attempts: 9, callbacks: 1 }), terms(), middle),
    ).toEqual({
      status: 'pending',
      nextAttemptAt: callbackAt,
    });
    expect(secondsUntil(settleLead(attempt({ outcome: 'callback_requested' }), terms(), middle).nextAttemptAt)).toBe(
      86_400,
    );
  });

  it("a campaign's own policy counts, and the default for the other reasons", () => {
    const own = terms({ retryPolicy: { busy: { delays_seconds: [7] } } });
    expect(secondsUntil(settleLead(attempt({ outcome: 'busy', repeats: 3 }), own, middle).nextAttemptAt)).toBe(7);
    expect(secondsUntil(settleLead(attempt({ outcome: 'lost' }), own, middle).nextAttemptAt)).toBe(3600);
  });

  it('a lead is never called within the minimum gap between two placements, nor after the end', () => {
    fc.assert(
      fc.property(
        fc.option(fc.constantFrom(...OUTCOMES)),
        fc.integer({ min: 0, max: 200_000 }),
        fc.integer({ min: -5_000, max: 0 }),
        fc.option(fc.integer({ min: -1_000, max: 400_000 })),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (outcome, minGapSeconds, placedSecondsAgo, endSeconds, random) => {
          const placedAt = new Date(NOW.getTime() + placedSecondsAgo * 1000);
          const endAt = endSeconds === null ? null : new Date(NOW.getTime() + endSeconds * 1000);
          const lead = settleLead(attempt({ outcome, placedAt }), terms({ minGapSeconds, endAt }), {
            now: NOW,
            random,
          });
          expect(lead.nextAttemptAt !== null).toBe(lead.status === 'pending');
          if (!lead.nextAttemptAt) return;
          expect(lead.nextAttemptAt.getTime() - placedAt.getTime()).toBeGreaterThanOrEqual(minGapSeconds * 1000);
          if (endAt) expect(lead.nextAttemptAt.getTime()).toBeLessThan(endAt.getTime());
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('a lead expires if it could only be called after the end', () => {
    const endAt = new Date(NOW.getTime() + 299_000);
    expect(settleLead(attempt({ outcome: 'busy' }), terms({ endAt }), middle)).toEqual({
      status: 'expired',
      nextAttemptAt: null,
    });
    expect(settleLead(attempt({ outcome: 'reached' }), terms({ endAt }), middle).status).toBe('completed');
  });

  it('settling moves a lead only where the state machine allows it', () => {
    fc.assert(
      fc.property(fc.option(fc.constantFrom(...OUTCOMES)), fc.integer({ min: 1, max: 9 }), (outcome, attempts) => {
        expect(LEAD_TRANSITIONS.in_progress).toContain(
          settleLead(attempt({ outcome, attempts }), terms(), middle).status,
        );
      }),
    );
  });
});

describe('retryDelaySeconds', () => {
  it('the jitter spreads each delay by a tenth either way', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...RETRY_REASONS),
        fc.integer({ min: 1, max: 10 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (reason, repeats, random) => {
          const delays = DEFAULT_RETRY_POLICY[reason].delays_seconds;
          const expected = delays[Math.min(repeats, delays.length) - 1]!;
          const delay = retryDelaySeconds({ reason, repeats, random })!;
          expect(delay).toBeGreaterThanOrEqual(expected * 0.9 - 1e-6);
          expect(delay).toBeLessThanOrEqual(expected * 1.1 + 1e-6);
        },
      ),
    );
  });

  it('a reason without delays has no retry', () => {
    const policy = { ...DEFAULT_RETRY_POLICY, busy: { delays_seconds: [] } };
    expect(retryDelaySeconds({ reason: 'busy', repeats: 1, random: 0.5 }, policy)).toBeNull();
    expect(settleLead(attempt({ outcome: 'busy' }), terms({ retryPolicy: policy }), middle).status).toBe('exhausted');
  });
});

describe('dialerJobStatusAfter', () => {
  it.each([
    ['completed', 'succeeded'],
    ['no_answer', 'failed'],
    ['busy', 'failed'],
    ['failed', 'failed'],
    ['canceled', 'failed'],
    ['lost', 'failed'],
  ] as const)('a call that ends as %s makes the job %s', (callStatus, jobStatus) => {
    expect(dialerJobStatusAfter(callStatus)).toBe(jobStatus);
  });
});
