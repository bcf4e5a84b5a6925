import type { Queue } from 'bullmq';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DialPayload } from './dial-job.js';
import { DialQueue } from './dial-queue.js';

const JOB = { dialerJobId: '00000000-0000-4000-8000-000000000000', publication: 1 };

describe('DialQueue, while its queue does not answer', () => {
  let answers: (() => void)[];
  let queue: DialQueue;

  beforeEach(() => {
    vi.useFakeTimers();
    Logger.overrideLogger(false);
    answers = [];
    const addBulk = () => new Promise<void>((resolve) => answers.push(resolve));
    queue = new DialQueue({ on: () => undefined, addBulk } as unknown as Queue<DialPayload>);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Returns for how many milliseconds a publication waited. */
  const silence = async (patienceMs?: number) => {
    const begunAt = Date.now();
    const isPublished = queue.publish([JOB], patienceMs);
    await vi.runAllTimersAsync();
    expect(await isPublished).toBe(false);
    return Date.now() - begunAt;
  };

  it('waits 1,500 ms once, and 250 ms from then on', async () => {
    expect(await silence()).toBe(1_500);
    expect([await silence(), await silence()]).toEqual([250, 250]);
  });

  it('waits 1,500 ms again after the queue has answered, however late', async () => {
    await silence();
    answers[0]!();
    await vi.runAllTimersAsync();
    expect(await silence()).toBe(1_500);
  });

  it('waits as long as an operator asks', async () => {
    await silence();
    expect(await silence(10_000)).toBe(10_000);
  });
});
