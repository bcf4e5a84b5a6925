import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Poller } from './poller.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Counts rounds, each of which takes `tookMs`. */
function counted(tookMs: number) {
  const rounds = { begun: 0, ended: 0 };
  const work = async () => {
    rounds.begun += 1;
    await new Promise((resolve) => setTimeout(resolve, tookMs));
    rounds.ended += 1;
  };
  return { rounds, work };
}

describe('A poller', () => {
  it('begins a round a pause after the last one has ended', async () => {
    const { rounds, work } = counted(300);
    const poller = new Poller({ pauseMs: 100 }, work);
    poller.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(rounds).toEqual({ begun: 1, ended: 0 });
    await vi.advanceTimersByTimeAsync(399);
    expect(rounds).toEqual({ begun: 1, ended: 1 });
    await vi.advanceTimersByTimeAsync(1);
    expect(rounds).toEqual({ begun: 2, ended: 1 });
  });

  it('waits before its first round if it is told to', async () => {
    const { rounds, work } = counted(0);
    new Poller({ pauseMs: 100, firstPauseMs: 50 }, work).start();
    await vi.advanceTimersByTimeAsync(49);
    expect(rounds.begun).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(rounds.begun).toBe(1);
  });

  it('waits for the round that runs when it is stopped, and begins no other', async () => {
    const { rounds, work } = counted(300);
    const poller = new Poller({ pauseMs: 100 }, work);
    poller.start();
    await vi.advanceTimersByTimeAsync(0);
    let isOver = false;
    void poller.stop().then(() => (isOver = true));
    expect(poller.isStopped).toBe(true);
    await vi.advanceTimersByTimeAsync(299);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect({ isOver, ...rounds }).toEqual({ isOver: true, begun: 1, ended: 1 });
  });

  it('begins nothing once it is stopped before its first round', async () => {
    const { rounds, work } = counted(0);
    const poller = new Poller({ pauseMs: 100 }, work);
    poller.start();
    await poller.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(rounds.begun).toBe(0);
  });
});
