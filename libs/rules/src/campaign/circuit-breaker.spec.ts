import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterAttempts, CLOSED_BREAKER, isFault, isNoNumberGood, type BreakerState } from './circuit-breaker.js';
import { OUTCOMES } from '../call/outcome.js';

/** What comes of attempts that end one by one: the state, and after how many it tripped. */
function follow(ends: readonly boolean[]): { state: BreakerState; trippedAfter: number | null } {
  let state = CLOSED_BREAKER;
  for (const [index, isFaulty] of ends.entries()) {
    const after = afterAttempts(state, { attempts: 1, faults: isFaulty ? 1 : 0, onTheLine: 0 });
    if (after.isTripped) return { state: after.state, trippedAfter: index + 1 };
    state = after.state;
  }
  return { state, trippedAfter: null };
}

const times = (count: number, isFaulty: boolean) => Array.from({ length: count }, () => isFaulty);

describe('The circuit breaker', () => {
  it('takes our own and the provider’s faults for faults, and what people do for none', () => {
    expect(OUTCOMES.filter(isFault)).toEqual(['refused', 'provider_error', 'lost']);
    expect(isFault(null)).toBe(false);
  });

  it('trips after ten faults in a row, and not before', () => {
    expect(follow(times(9, true)).trippedAfter).toBeNull();
    expect(follow(times(10, true)).trippedAfter).toBe(10);
  });

  it('trips soon after a long time without a fault', () => {
    expect(follow([...times(5_000, false), ...times(10, true)]).trippedAfter).toBe(5_010);
  });

  it('writes nothing down while all is well', () => {
    fc.assert(
      fc.property(fc.nat(10_000), (attempts) => {
        expect(afterAttempts(CLOSED_BREAKER, { attempts, faults: 0, onTheLine: 0 }).state).toEqual(CLOSED_BREAKER);
      }),
    );
  });

  it('never trips while in every stretch of attempts less than a third are faults', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 3, max: 20 }), (length, every) => {
        const ends = Array.from({ length }, (_, index) => index % every === every - 1);
        expect(follow(ends).trippedAfter).toBeNull();
      }),
    );
  });

  it('trips after ten attempts that seemed to end well and did not, as after ten that did not', () => {
    const turnsOut = [
      { attempts: 1, faults: 0, onTheLine: 0 },
      { attempts: 0, faults: 0, late: 1, onTheLine: 0 },
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
    expect(afterAttempts(CLOSED_BREAKER, { attempts: 0, faults: 0, late: 10, onTheLine: 0 }).isTripped).toBe(true);
  });

  it('begins anew once it has tripped, and forgets single faults', () => {
    expect(follow(times(10, true)).state).toEqual(CLOSED_BREAKER);
    expect(follow([true, ...times(60, false)]).state).toEqual(CLOSED_BREAKER);
  });

  it('counts a batch as it counts its attempts one by one, as far as tripping goes', () => {
    expect(afterAttempts(CLOSED_BREAKER, { attempts: 20, faults: 10, onTheLine: 0 }).isTripped).toBe(true);
    expect(afterAttempts(CLOSED_BREAKER, { attempts: 21, faults: 10, onTheLine: 0 }).isTripped).toBe(false);
  });

  it('does not take a campaign that has just begun for broken: what fails ends first', () => {
    const failures = { attempts: 15, faults: 15 };
    expect(afterAttempts(CLOSED_BREAKER, { ...failures, onTheLine: 485 })).toEqual({
      state: failures,
      isTripped: false,
    });
    expect(afterAttempts(CLOSED_BREAKER, { ...failures, onTheLine: 15 }).isTripped).toBe(true);
  });
});

describe('A list of which no number exists', () => {
  const isHeld = (bad: number, { newly = 1, reached = 0, onTheLine = 0 } = {}) =>
    isNoNumberGood({ bad, reached }, { bad: newly, onTheLine });

  it('is held after ten, and after every ten more', () => {
    const held = Array.from({ length: 35 }, (_, n) => n + 1).filter((bad) => isHeld(bad));
    expect(held).toEqual([10, 20, 30]);
  });

  it('is held once by a batch that comes to ten and more', () => {
    expect([isHeld(9, { newly: 9 }), isHeld(14, { newly: 5 }), isHeld(17, { newly: 3 })]).toEqual([false, true, false]);
  });

  it('is none when anybody was ever reached', () => {
    expect(isHeld(1_000, { newly: 1_000, reached: 1 })).toBe(false);
  });

  it('is not known as such while more go on than have ended: what fails ends at once', () => {
    expect([isHeld(10, { onTheLine: 11 }), isHeld(10, { onTheLine: 10 })]).toEqual([false, true]);
  });

  it('is held by no attempt that came to something else', () => {
    expect(isHeld(10, { newly: 0 })).toBe(false);
  });
});
