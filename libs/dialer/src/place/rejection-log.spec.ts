import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RefusalLog } from './rejection-log.js';

describe('RefusalLog', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('tells each reason once a minute, with how often it came', () => {
    const said: unknown[] = [];
    vi.spyOn(Logger.prototype, 'warn').mockImplementation((message: unknown) => void said.push(message));
    let nowMs = 1_000;
    const log = new RefusalLog(() => nowMs);
    for (let n = 0; n < 100; n++) log.note('twilio', '20429');
    log.note('twilio', '20003');
    expect(said).toEqual([
      'twilio took no call: 20429. Nobody loses an attempt by it.',
      'twilio took no call: 20003. Nobody loses an attempt by it.',
    ]);
    nowMs += 60_000;
    for (let n = 0; n < 2; n++) log.note('twilio', '20429');
    expect(said.slice(2)).toEqual(['twilio took no call: 20429, and 99 times before. Nobody loses an attempt by it.']);
  });

  it('remembers no more than it has to', () => {
    let said = 0;
    vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => void (said += 1));
    const log = new RefusalLog(() => 0);
    for (let n = 0; n < 1_000; n++) log.note('vapi', `reason ${n}`);
    expect(said).toBe(1_000);
  });
});
