import { describe, expect, it } from 'vitest';
import { mostQueuedJobs } from './queue-share.js';

describe('The share of a campaign in the queue', () => {
  it('the share is one second of calls on a paced route, and one job at least', () => {
    expect([1, 10, 1000].map(mostQueuedJobs)).toEqual([1, 10, 1000]);
  });

  it('the share is 300 jobs on a route without a limit of calls per second', () => {
    expect(mostQueuedJobs(null)).toBe(300);
  });
});
