import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeDeath, nextRestart } from './restart-pause.js';

const crash = { exitCode: 1, deathsBefore: 0, livedMs: 100, wasSystemUp: true };

describe('nextRestart', () => {
  it('doubles the pause from 0.5 s to 15 s while a program dies young', () => {
    const pauses: number[] = [];
    for (let deaths = 0; deaths < 8;) {
      const restart = nextRestart(deaths, 1_000);
      pauses.push(restart.pauseMs);
      deaths = restart.deaths;
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  it('begins anew after 30 s of life', () => {
    expect(nextRestart(6, 30_000)).toEqual({ deaths: 1, pauseMs: 500 });
    expect(nextRestart(6, 29_999)).toEqual({ deaths: 7, pauseMs: 15_000 });
  });

  it('never pauses less than 0.5 s nor more than 15 s', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(100_000), (deaths, livedMs) => {
        const { pauseMs } = nextRestart(deaths, livedMs);
        return pauseMs >= 500 && pauseMs <= 15_000;
      }),
    );
  });
});

describe('judgeDeath', () => {
  it('gives up at once on a configuration error, whenever it happens', () => {
    for (const wasSystemUp of [false, true]) {
      expect(judgeDeath({ ...crash, exitCode: 78, wasSystemUp })).toEqual({ action: 'give_up' });
    }
  });

  it('gives up on the third death in a row before the system was ever up', () => {
    expect(judgeDeath({ ...crash, deathsBefore: 1, wasSystemUp: false }).action).toBe('restart');
    expect(judgeDeath({ ...crash, deathsBefore: 2, wasSystemUp: false }).action).toBe('give_up');
  });

  it('never gives up on a crash later', () => {
    expect(judgeDeath({ ...crash, deathsBefore: 500 })).toEqual({ action: 'restart', deaths: 501, pauseMs: 15_000 });
  });

  it('treats a kill and a clean exit like any other death', () => {
    for (const exitCode of [null, 0]) expect(judgeDeath({ ...crash, exitCode }).action).toBe('restart');
  });
});
