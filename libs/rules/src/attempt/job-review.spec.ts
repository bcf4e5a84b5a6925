import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEvent } from '../call/call-report.js';
import { reviewJob, type ReviewedCall } from './job-review.js';

const NOW = new Date('2027-01-01T12:00:00Z');
const seconds = (count: number) => new Date(NOW.getTime() + count * 1000);

const RING = 30;
const TALK = 600;
/** Ring timeout and longest conversation, and after that the seconds to the deadline and until a call is given up. */
const LIMIT = RING + TALK + 30;

const event = (status: CallEvent['status'], ageSeconds?: number): CallEvent => ({
  eventKey: 'k',
  dialerJobId: 'j',
  providerCallId: 'p',
  occurredAt: NOW,
  status,
  ageSeconds,
});

const found = (status: CallEvent['status'], ageSeconds?: number): ReviewedCall => ({
  kind: 'found',
  event: event(status, ageSeconds),
});

interface Asked {
  isConfirmed: boolean;
  lookups: number;
  overdueSeconds: number;
  isHangupRequested: boolean;
  rungOverSeconds: number;
  watchedSeconds: number;
}

const review = (
  call: ReviewedCall,
  {
    isConfirmed = true,
    lookups = 0,
    overdueSeconds = -60,
    isHangupRequested = false,
    rungOverSeconds = -1,
    watchedSeconds = LIMIT + overdueSeconds,
  }: Partial<Asked> = {},
) =>
  reviewJob(
    {
      isConfirmed,
      lookups,
      ringTimeoutSeconds: RING,
      longestSeconds: RING + TALK,
      watchedSeconds,
      ringDeadlineAt: seconds(-rungOverSeconds),
      deadlineAt: seconds(-overdueSeconds),
      isHangupRequested,
    },
    call,
    {
      now: NOW,
      lookupIntervalSeconds: 7,
    },
  );

describe('reviewJob', () => {
  it('applies what it finds', () => {
    const found = event('ringing');
    expect(review({ kind: 'found', event: found })).toEqual({ kind: 'apply', event: found, nextCheckAt: seconds(7) });
  });

  it.each([
    [0, 10],
    [1, 45],
    [2, 240],
    [3, 300],
    [9, 300],
  ])(
    'looks for an unconfirmed call 5, 15, 60 and 300 s after the doubt, then every 5 minutes (%i looks before)',
    (lookups, pause) => {
      const asked = { isConfirmed: false, lookups, watchedSeconds: 0 };
      expect(review({ kind: 'not_found', isFinal: false }, asked)).toEqual({
        kind: 'wait',
        nextCheckAt: seconds(pause),
      });
    },
  );

  it('looks for an unconfirmed call at its deadline, however long the pause would be', () => {
    for (const [watchedSeconds, pause] of [
      [LIMIT - 100, 100],
      [LIMIT - 0.5, 1],
    ] as const)
      expect(review({ kind: 'not_found', isFinal: false }, { isConfirmed: false, lookups: 3, watchedSeconds })).toEqual(
        { kind: 'wait', nextCheckAt: seconds(pause) },
      );
  });

  it('asks again soon where the provider did not answer, however often', () => {
    expect(review({ kind: 'unavailable' }, { isConfirmed: false, lookups: 3 })).toEqual({
      kind: 'wait',
      nextCheckAt: seconds(7),
    });
  });

  it('gives a call up at once when the provider says that it cannot exist', () => {
    expect(review({ kind: 'not_found', isFinal: true }, { isConfirmed: false })).toEqual({ kind: 'end_as_lost' });
  });

  it('hangs up what outlives its deadline, and gives up two minutes later', () => {
    const live: ReviewedCall = { kind: 'found', event: event('in_progress') };
    expect(review(live, { overdueSeconds: 1 })).toEqual({
      kind: 'hang_up',
      nextCheckAt: seconds(2),
      hasRungOut: false,
    });
    expect(review(live, { overdueSeconds: 90 })).toEqual({ kind: 'end_as_lost' });
  });

  it('hangs up what it was asked to, and soon looks whether that worked', () => {
    const live: ReviewedCall = { kind: 'found', event: event('in_progress') };
    const hangUp = { kind: 'hang_up', nextCheckAt: seconds(2), hasRungOut: false };
    expect(review(live, { isHangupRequested: true })).toEqual(hangUp);
    const ended: ReviewedCall = { kind: 'found', event: event('canceled') };
    expect(review(ended, { isHangupRequested: true })).toMatchObject({ kind: 'apply' });
    for (const call of [{ kind: 'unavailable' }, { kind: 'not_found', isFinal: false }] as const) {
      expect(review(call, { isHangupRequested: true })).toEqual(hangUp);
      expect(review(call, { isHangupRequested: true, isConfirmed: false, watchedSeconds: 9 })).toMatchObject({
        kind: 'wait',
      });
      expect(review(call, { isHangupRequested: true, overdueSeconds: 90 })).toEqual({ kind: 'end_as_lost' });
    }
    const gone = { kind: 'not_found', isFinal: true } as const;
    expect(review(gone, { isHangupRequested: true })).toEqual({ kind: 'end_as_lost' });
  });

  it('hangs up what rings for longer than it was to, whoever should have, and says whether it rang', () => {
    const soon = { kind: 'hang_up', nextCheckAt: seconds(2) };
    expect(review(found('ringing'), { rungOverSeconds: 0 })).toEqual({ ...soon, hasRungOut: true });
    expect(review(found('initiated'), { rungOverSeconds: 0 })).toEqual({ ...soon, hasRungOut: false });
    expect(review(found('ringing'), { rungOverSeconds: -1 })).toMatchObject({ kind: 'apply' });
    expect(review(found('in_progress'), { rungOverSeconds: 500 })).toMatchObject({ kind: 'apply' });
  });

  it('takes an end for an end, however late', () => {
    const ended = event('completed');
    expect(review({ kind: 'found', event: ended }, { overdueSeconds: 9_999 })).toMatchObject({
      kind: 'apply',
      event: ended,
    });
  });

  it('ends no call on the word of the database’s clock alone', () => {
    const anything = fc.constantFrom<ReviewedCall>(
      { kind: 'unavailable' },
      { kind: 'not_found', isFinal: false },
      ...(['initiated', 'ringing', 'in_progress'] as const).map((status) => found(status)),
      ...(['initiated', 'ringing', 'in_progress'] as const).map((status) => found(status, 49)),
    );
    const jump = fc.integer({ min: -3_600, max: 100_000 });
    fc.assert(
      fc.property(anything, jump, fc.integer({ min: 0, max: 49 }), (call, overdueSeconds, watchedSeconds) => {
        const verdict = review(call, { overdueSeconds, rungOverSeconds: overdueSeconds, watchedSeconds });
        expect(['apply', 'wait']).toContain(verdict.kind);
      }),
    );
  });

  it('believes the provider’s own account of a call’s age, whatever the database’s clock says', () => {
    for (const overdueSeconds of [-3_600, 0, 3_600]) {
      const at = { overdueSeconds, rungOverSeconds: overdueSeconds, watchedSeconds: 0 };
      expect(review(found('in_progress', LIMIT - 1), at)).toMatchObject({ kind: 'apply' });
      expect(review(found('in_progress', LIMIT), at)).toMatchObject({ kind: 'hang_up' });
      expect(review(found('in_progress', LIMIT + 90), at)).toEqual({ kind: 'end_as_lost' });
      expect(review(found('ringing', RING + 19), at)).toMatchObject({ kind: 'apply' });
      expect(review(found('ringing', RING + 20), at)).toMatchObject({ kind: 'hang_up', hasRungOut: true });
    }
  });

  it('has a provider that does not answer asked every 30 s to end an overdue call, and keeps its slot meanwhile', () => {
    for (const call of [{ kind: 'unavailable' }, { kind: 'not_found', isFinal: false }] as const) {
      const after = (watchedSeconds: number, overdueSeconds: number) =>
        review(call, { watchedSeconds, overdueSeconds });
      expect(after(LIMIT - 1, 3_600)).toMatchObject({ kind: 'wait' });
      expect(after(LIMIT, 0)).toEqual({ kind: 'hang_up', nextCheckAt: seconds(30), hasRungOut: false });
      expect(after(LIMIT + 89, 3_600)).toMatchObject({ kind: 'hang_up' });
      expect(after(LIMIT + 3_600, 89)).toMatchObject({ kind: 'hang_up' });
      expect(after(LIMIT + 90, 90)).toEqual({ kind: 'end_as_lost' });
    }
  });

  it('ends every job within two minutes of its deadline by both clocks, whatever the provider says', () => {
    const anything = fc.oneof(
      fc.constant<ReviewedCall>({ kind: 'unavailable' }),
      fc.boolean().map<ReviewedCall>((isFinal) => ({ kind: 'not_found', isFinal })),
      fc.constantFrom('initiated', 'ringing', 'in_progress', 'completed', 'busy').map<ReviewedCall>((status) => ({
        kind: 'found',
        event: event(status as CallEvent['status']),
      })),
    );
    fc.assert(
      fc.property(
        anything,
        fc.integer({ min: 120, max: 100_000 }),
        fc.boolean(),
        (call, overdueSeconds, isConfirmed) => {
          const verdict = review(call, { overdueSeconds, isConfirmed });
          const ends =
            verdict.kind === 'end_as_lost' ||
            (verdict.kind === 'apply' && ['completed', 'busy'].includes(verdict.event.status!));
          expect(ends).toBe(true);
        },
      ),
    );
  });
});
