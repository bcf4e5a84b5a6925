import { describe, expect, it } from 'vitest';
import { JobWatch } from './job-watch.js';

describe('JobWatch', () => {
  it('adds up the time in which sweepers had a job in view, and none in which nobody looked', () => {
    let nowMs = 1_000;
    const row = { dialer_job_id: 'j', watched_ms: 0 };
    const look = (watch: JobWatch, afterMs: number) => {
      nowMs += afterMs;
      return (row.watched_ms = watch.watch(row));
    };
    const first = new JobWatch(() => nowMs);
    expect([look(first, 0), look(first, 5_000), look(first, 5_000)]).toEqual([0, 5_000, 10_000]);
    const second = new JobWatch(() => nowMs);
    expect([look(second, 60_000), look(second, 5_000)]).toEqual([10_000, 15_000]);
    expect([look(first, 5_000), look(first, 5_000)]).toEqual([15_000, 20_000]);
  });
});
