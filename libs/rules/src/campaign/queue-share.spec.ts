import { describe, expect, it } from 'vitest';
import { mostQueuedJobs } from './queue-share.js';

describe('The share of a campaign in the queue', () => {
  it('is a second of calls where they are paced, and one at least', () => {
    expect([1, 10, 1000].map(mostQueuedJobs)).toEqual([1, 10, 1000]);
  });

  it('is 300 jobs where no limit of calls per second applies', () => {
    expect(mostQueuedJobs(null)).toBe(300);
  });
});
