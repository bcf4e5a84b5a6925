import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WaitingRoom } from './delayed-jobs.js';

describe('WaitingRoom', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('lets each job out when its time has come, and once', () => {
    const room = new WaitingRoom();
    const out: string[] = [];
    for (const [id, ms] of [
      ['later', 200],
      ['soon', 100],
      ['soon', 50],
    ] as const)
      room.admit(id, ms, () => out.push(`${id} after ${performance.now()}`));
    vi.advanceTimersByTime(1_000);
    expect(out).toEqual(['soon after 100', 'later after 200']);
  });

  it('lets a job in again that has left', () => {
    const room = new WaitingRoom();
    let left = 0;
    const comeBack = () => {
      left += 1;
      if (left < 3) room.admit('job', 10, comeBack);
    };
    room.admit('job', 10, comeBack);
    vi.advanceTimersByTime(1_000);
    expect(left).toBe(3);
  });

  it('lets nobody out or in once it is closed', () => {
    const room = new WaitingRoom();
    const out: string[] = [];
    room.admit('inside', 10, () => out.push('inside'));
    room.close();
    room.admit('outside', 10, () => out.push('outside'));
    vi.advanceTimersByTime(1_000);
    expect(out).toEqual([]);
  });
});
