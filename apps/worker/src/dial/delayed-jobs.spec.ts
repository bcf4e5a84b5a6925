import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DelayedJobs } from './delayed-jobs.js';

describe('DelayedJobs', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('calls back for each job once, when its time has come', () => {
    const delayed = new DelayedJobs();
    const out: string[] = [];
    for (const [id, ms] of [
      ['later', 200],
      ['soon', 100],
      ['soon', 50],
    ] as const)
      delayed.schedule(id, ms, () => out.push(`${id} after ${performance.now()}`));
    vi.advanceTimersByTime(1_000);
    expect(out).toEqual(['soon after 100', 'later after 200']);
  });

  it('accepts a job again whose time has come', () => {
    const delayed = new DelayedJobs();
    let left = 0;
    const comeBack = () => {
      left += 1;
      if (left < 3) delayed.schedule('job', 10, comeBack);
    };
    delayed.schedule('job', 10, comeBack);
    vi.advanceTimersByTime(1_000);
    expect(left).toBe(3);
  });

  it('calls back for no job once it is closed', () => {
    const delayed = new DelayedJobs();
    const out: string[] = [];
    delayed.schedule('inside', 10, () => out.push('inside'));
    delayed.close();
    delayed.schedule('outside', 10, () => out.push('outside'));
    vi.advanceTimersByTime(1_000);
    expect(out).toEqual([]);
  });
});
