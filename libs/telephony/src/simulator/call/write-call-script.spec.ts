import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#rules/values/seeded-random.js';
import type { CallScript } from './call-script.js';
import { receptions, simulatorConfig } from './simulator.fixture.js';
import { writeCallScript } from './write-call-script.js';

const USUAL = { ringTimeoutSeconds: 30, maxCallSeconds: 600 };
const PACE = { ringSeconds: 2, talkSeconds: 8 };

const limits = fc.record({
  ringTimeoutSeconds: fc.integer({ min: 15, max: 120 }),
  maxCallSeconds: fc.integer({ min: 5, max: 7200 }),
});
const pace = fc.record({
  ringSeconds: fc.double({ min: 0, max: 60, noNaN: true }),
  talkSeconds: fc.double({ min: 0, max: 3600, noNaN: true }),
});

function write(key: string, changes: { pace?: typeof PACE; limits?: typeof USUAL } = {}): CallScript {
  return writeCallScript(seededRandom(key), changes.pace ?? PACE, changes.limits ?? USUAL);
}

describe('writeCallScript', () => {
  it('writes the same script for the same chance', () => {
    fc.assert(
      fc.property(fc.string(), pace, limits, (key, pace, limits) => {
        expect(write(key, { pace, limits })).toEqual(write(key, { pace, limits }));
      }),
    );
  });

  it('changes neither fate nor outcome with the pace', () => {
    const fateOf = (script: CallScript) => (script.kind === 'rejected' ? script.code : script.outcome);
    fc.assert(
      fc.property(fc.string(), pace, (key, pace) => {
        expect(fateOf(write(key, { pace }))).toBe(fateOf(write(key)));
      }),
    );
  });

  it('keeps within its limits, in whole milliseconds', () => {
    fc.assert(
      fc.property(fc.string(), pace, limits, (key, pace, limits) => {
        const script = write(key, { pace, limits });
        if (script.kind === 'rejected') return;
        const rangMs = (script.kind === 'answered' ? script.answeredAtMs : script.endsAtMs) - (script.ringsAtMs ?? 0);
        expect(Number.isInteger(script.endsAtMs)).toBe(true);
        expect(script.endsAtMs).toBeGreaterThanOrEqual(script.ringsAtMs ?? 0);
        expect(rangMs).toBeLessThanOrEqual(limits.ringTimeoutSeconds * 1000);
        if (script.kind !== 'answered') return;
        expect(rangMs).toBeLessThan(limits.ringTimeoutSeconds * 1000);
        expect(script.endsAtMs - script.answeredAtMs).toBeGreaterThanOrEqual(0);
        expect(script.endsAtMs - script.answeredAtMs).toBeLessThanOrEqual(limits.maxCallSeconds * 1000);
      }),
      { numRuns: 1000 },
    );
  });

  it('says max_duration exactly when the talk was cut', () => {
    const scripts = Array.from({ length: 2000 }, (_, n) => write(`k${n}`, { limits: { ...USUAL, maxCallSeconds: 8 } }));
    const answered = scripts.filter((script) => script.kind === 'answered');
    const cut = answered.filter(({ endReason }) => endReason === 'max_duration');
    expect(cut.length).toBeGreaterThan(200);
    expect(cut.every(({ answeredAtMs, endsAtMs }) => endsAtMs - answeredAtMs === 8000)).toBe(true);
    expect(answered.every((script) => cut.includes(script) || script.endsAtMs - script.answeredAtMs <= 8000)).toBe(
      true,
    );
  });

  it('lets an unanswered phone ring for the timeout, or four times the mean where that is less', () => {
    const ringing = (limits: typeof USUAL) =>
      Array.from({ length: 300 }, (_, n) => write(`k${n}`, { limits }))
        .filter((script) => script.kind === 'unanswered')
        .filter(({ status }) => status === 'no_answer')
        .map(({ ringsAtMs, endsAtMs }) => endsAtMs - (ringsAtMs ?? 0));
    expect(new Set(ringing(USUAL))).toEqual(new Set([8000]));
    expect(new Set(ringing({ ...USUAL, ringTimeoutSeconds: 5 }))).toEqual(new Set([5000]));
  });

  it('takes no time at all at a pace of nothing', () => {
    fc.assert(
      fc.property(fc.string(), (key) => {
        const script = write(key, { pace: { ringSeconds: 0, talkSeconds: 0 } });
        return script.kind === 'rejected' || script.endsAtMs === 0;
      }),
    );
  });
});

describe('10,000 calls', () => {
  const all = receptions(simulatorConfig(), 10_000);
  const scripts = all.flatMap((reception) => (reception.kind === 'taken' ? [reception.call.script] : []));
  const share = (count: number) => (100 * count) / all.length;
  const outcomes = (wanted: string) => share(scripts.filter(({ outcome }) => outcome === wanted).length);

  it.each([
    ['goal_reached', 22],
    ['reached', 28.6],
    ['voicemail', 10],
    ['no_answer', 18],
    ['busy', 8],
    ['bad_number', 4],
    ['provider_error', 3],
    ['callback_requested', 3.3],
    ['refused', 2],
    ['opt_out', 1.1],
  ])('end as %s in about %d of 100', (outcome, expected) => {
    expect(outcomes(outcome)).toBeGreaterThan(expected * 0.9 - 0.5);
    expect(outcomes(outcome)).toBeLessThan(expected * 1.1 + 0.5);
  });

  it('are rejected in about 1 of 100', () => {
    const rejected = share(all.filter(({ kind }) => kind === 'rejected').length);
    expect(rejected).toBeGreaterThan(0.6);
    expect(rejected).toBeLessThan(1.5);
  });

  it('ring and talk about as long as configured', () => {
    const answered = scripts.filter((script) => script.kind === 'answered');
    const mean = (times: number[]) => times.reduce((sum, time) => sum + time, 0) / times.length / 1000;
    expect(mean(answered.map(({ ringsAtMs, answeredAtMs }) => answeredAtMs - ringsAtMs))).toBeCloseTo(2, 0);
    expect(mean(answered.map(({ answeredAtMs, endsAtMs }) => endsAtMs - answeredAtMs))).toBeCloseTo(7.8, 0);
  });

  it('differ with the seed', () => {
    const outcomesOf = (seed: string) => JSON.stringify(receptions(simulatorConfig({ seed }), 100));
    expect(outcomesOf('test')).toBe(JSON.stringify(all.slice(0, 100)));
    expect(outcomesOf('other')).not.toBe(outcomesOf('test'));
  });
});
