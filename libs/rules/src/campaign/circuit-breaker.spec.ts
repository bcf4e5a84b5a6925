import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterAttempts, CLOSED_BREAKER, isFault, isNoNumberGood, type BreakerState } from './circuit-breaker.js';
import { OUTCOMES } from '../call/outcome.js';

/** Follows attempts that end one by one. It returns the state, and after how many the breaker opened. */
function follow(ends: readonly boolean[]): { state: BreakerState; trippedAfter: number | null } {
  let state = CLOSED_BREAKER;
  for (const [index, isFaulty] of ends.entries()) {
    const after = afterAttempts(state, { attempts: 1, faults: isFaulty ? 1 : 0, inCall: 0 });
    if (after.isTripped) return { state: after.state, trippedAfter: index + 1 };
    state = after.state;
  }
  return { state, trippedAfter: null };
}

const times = (count: number, isFaulty: boolean) => Array.from({ length: count }, () => isFaulty);

describe('The circuit breaker', () => {
  it('faults are those of Outdial and the provider, and never what people do', () => {
    expect(OUTCOMES.filter(isFault)).toEqual(['refused', 'provider_error', 'lost']);
    expect(isFault(null)).toBe(false);
  });

  it('the breaker opens after ten faults in a row, and not before', () => {
    expect(follow(times(9, true)).trippedAfter).toBeNull();
    expect(follow(times(10, true)).trippedAfter).toBe(10);
  });

  it('the breaker opens soon after a long time without a fault', () => {
    expect(follow([...times(5_000, false), ...times(10, true)]).trippedAfter).toBe(5_010);
  });

  it('a campaign without faults writes nothing', () => {
    fc.assert(
      fc.property(fc.nat(10_000), (attempts) => {
        expect(afterAttempts(CLOSED_BREAKER, { attempts, faults: 0, inCall: 0 }).state).toEqual(CLOSED_BREAKER);
      }),
    );
  });

  it('the breaker never opens while less than a third of every stretch are faults', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 3, max: 20 }), (length, every) => {
        const ends = Array.from({ length }, (_, index) => index % every === every - 1);
        expect(follow(ends).trippedAfter).toBeNull();
      }),
    );
  });

  it('the breaker opens after ten attempts that became faults later, as after ten faults', () => {
    const turnsOut = [
      { attempts: 1, faults: 0, inCall: 0 },
      { attempts: 0, faults: 0, late: 1, inCall: 0 },
    ];
    let state = CLOSED_BREAKER;
    const tripped = times(10, true).map(() => {
      const steps = turnsOut.map((step) => {
        const after = afterAttempts(state, step);
        state = after.state;
        return after.isTripped;
      });
      return steps.includes(true);
    });
    expect(tripped).toEqual([...times(9, false), true]);
    expect(afterAttempts(CLOSED_BREAKER, { attempts: 0, faults: 0, late: 10, inCall: 0 }).isTripped).toBe(true);
  });

  it('an opened breaker starts anew, and forgets single faults', () => {
    expect(follow(times(10, true)).state).toEqual(CLOSED_BREAKER);
    expect(follow([true, ...times(60, false)]).state).toEqual(CLOSED_BREAKER);
  });

  it('a batch opens the breaker exactly if its attempts one by one do', () => {
    expect(afterAttempts(CLOSED_BREAKER, { attempts: 20, faults: 10, inCall: 0 }).isTripped).toBe(true);
    expect(afterAttempts(CLOSED_BREAKER, { attempts: 21, faults: 10, inCall: 0 }).isTripped).toBe(false);
  });

  it('a campaign that has just begun does not open the breaker: failing calls end first', () => {
    const failures = { attempts: 15, faults: 15 };
    expect(afterAttempts(CLOSED_BREAKER, { ...failures, inCall: 485 })).toEqual({
      state: failures,
      isTripped: false,
    });
    expect(afterAttempts(CLOSED_BREAKER, { ...failures, inCall: 15 }).isTripped).toBe(true);
  });
});

describe('A list of which no number exists', () => {
  const isPaused = (bad: number, { newly = 1, reached = 0, inCall = 0 } = {}) =>
    isNoNumberGood({ bad, reached }, { bad: newly, inCall });

  it('a campaign stops after ten bad numbers, and after every ten more', () => {
    const paused = Array.from({ length: 35 }, (_, n) => n + 1).filter((bad) => isPaused(bad));
    expect(paused).toEqual([10, 20, 30]);
  });

  it('a batch of ten and more bad numbers stops a campaign once', () => {
    expect([isPaused(9, { newly: 9 }), isPaused(14, { newly: 5 }), isPaused(17, { newly: 3 })]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('a list with any reached number does not stop a campaign', () => {
    expect(isPaused(1_000, { newly: 1_000, reached: 1 })).toBe(false);
  });

  it('bad numbers do not stop a campaign while more calls continue than have ended', () => {
    expect([isPaused(10, { inCall: 11 }), isPaused(10, { inCall: 10 })]).toEqual([false, true]);
  });

  it('an attempt with another outcome does not stop a campaign', () => {
    expect(isPaused(10, { newly: 0 })).toBe(false);
  });
});
