import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallReport } from '../call/call-report.js';
import { reviewJob, type ReviewedCall } from './job-review.js';

const NOW = new Date('2027-01-01T12:00:00Z');
const seconds = (count: number) => new Date(NOW.getTime() + count * 1000);

const RING = 30;
const TALK = 600;
/** Ring timeout and longest conversation, and after that the seconds to the deadline and until a call is given up. */
const LIMIT = RING + TALK + 30;

const report = (status: CallReport['status'], ageSeconds?: number): CallReport => ({
  reportKey: 'k',
  dialerJobId: 'j',
  providerCallId: 'p',
  occurredAt: NOW,
  status,
  ageSeconds,
});

const found = (status: CallReport['status'], ageSeconds?: number): ReviewedCall => ({
  kind: 'found',
  report: report(status, ageSeconds),
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
  it('the report of a found call is applied', () => {
    const found = report('ringing');
    expect(review({ kind: 'found', report: found })).toEqual({ kind: 'apply', report: found, nextCheckAt: seconds(7) });
  });

  it.each([
    [0, 10],
    [1, 45],
    [2, 240],
    [3, 300],
    [9, 300],
  ])(
    'an unconfirmed call is looked up 5, 15, 60 and 300 s after the doubt, then every 5 minutes (%i lookups before)',
    (lookups, pause) => {
      const asked = { isConfirmed: false, lookups, watchedSeconds: 0 };
      expect(review({ kind: 'not_found', isFinal: false }, asked)).toEqual({
        kind: 'wait',
        nextCheckAt: seconds(pause),
      });
    },
  );

  it('an unconfirmed call is looked up at its deadline, however long the pause would be', () => {
    for (const [watchedSeconds, pause] of [
      [LIMIT - 100, 100],
      [LIMIT - 0.5, 1],
    ] as const)
      expect(review({ kind: 'not_found', isFinal: false }, { isConfirmed: false, lookups: 3, watchedSeconds })).toEqual(
        { kind: 'wait', nextCheckAt: seconds(pause) },
      );
  });

  it('a provider that does not answer is asked again soon, however often', () => {
    expect(review({ kind: 'unavailable' }, { isConfirmed: false, lookups: 3 })).toEqual({
      kind: 'wait',
      nextCheckAt: seconds(7),
    });
  });

  it('a call is given up at once when the provider says that it cannot exist', () => {
    expect(review({ kind: 'not_found', isFinal: true }, { isConfirmed: false })).toEqual({ kind: 'end_as_lost' });
  });

  it('a call that outlives its deadline is hung up, and given up two minutes later', () => {
    const live: ReviewedCall = { kind: 'found', report: report('in_progress') };
    expect(review(live, { overdueSeconds: 1 })).toEqual({
      kind: 'hang_up',
      nextCheckAt: seconds(2),
      hasRungOut: false,
    });
    expect(review(live, { overdueSeconds: 90 })).toEqual({ kind: 'end_as_lost' });
  });

  it('a hang-up request ends the call, and a lookup soon checks it', () => {
    const live: ReviewedCall = { kind: 'found', report: report('in_progress') };
    const hangUp = { kind: 'hang_up', nextCheckAt: seconds(2), hasRungOut: false };
    expect(review(live, { isHangupRequested: true })).toEqual(hangUp);
    const ended: ReviewedCall = { kind: 'found', report: report('canceled') };
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

  it('a call that exceeds its ring timeout is hung up, and the verdict says if it rang', () => {
    const soon = { kind: 'hang_up', nextCheckAt: seconds(2) };
    expect(review(found('ringing'), { rungOverSeconds: 0 })).toEqual({ ...soon, hasRungOut: true });
    expect(review(found('initiated'), { rungOverSeconds: 0 })).toEqual({ ...soon, hasRungOut: false });
    expect(review(found('ringing'), { rungOverSeconds: -1 })).toMatchObject({ kind: 'apply' });
    expect(review(found('in_progress'), { rungOverSeconds: 500 })).toMatchObject({ kind: 'apply' });
  });

  it('a reported end counts, however late it is', () => {
    const ended = report('completed');
    expect(review({ kind: 'found', report: ended }, { overdueSeconds: 9_999 })).toMatchObject({
      kind: 'apply',
      report: ended,
    });
  });

  it('the database’s clock alone ends no call', () => {
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

  it('the provider’s account of a call’s age counts, whatever the database’s clock says', () => {
    for (const overdueSeconds of [-3_600, 0, 3_600]) {
      const at = { overdueSeconds, rungOverSeconds: overdueSeconds, watchedSeconds: 0 };
      expect(review(found('in_progress', LIMIT - 1), at)).toMatchObject({ kind: 'apply' });
      expect(review(found('in_progress', LIMIT), at)).toMatchObject({ kind: 'hang_up' });
      expect(review(found('in_progress', LIMIT + 90), at)).toEqual({ kind: 'end_as_lost' });
      expect(review(found('ringing', RING + 19), at)).toMatchObject({ kind: 'apply' });
      expect(review(found('ringing', RING + 20), at)).toMatchObject({ kind: 'hang_up', hasRungOut: true });
    }
  });

  it('a silent provider is asked every 30 s to end an overdue call, which keeps its slot', () => {
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

  it('every job ends within two minutes of its deadline by both clocks, whatever the provider says', () => {
    const anything = fc.oneof(
      fc.constant<ReviewedCall>({ kind: 'unavailable' }),
      fc.boolean().map<ReviewedCall>((isFinal) => ({ kind: 'not_found', isFinal })),
      fc.constantFrom('initiated', 'ringing', 'in_progress', 'completed', 'busy').map<ReviewedCall>((status) => ({
        kind: 'found',
        report: report(status as CallReport['status']),
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
            (verdict.kind === 'apply' && ['completed', 'busy'].includes(verdict.report.status!));
          expect(ends).toBe(true);
        },
      ),
    );
  });
});
