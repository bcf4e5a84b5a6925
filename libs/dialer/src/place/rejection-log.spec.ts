import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RejectionLog } from './rejection-log.js';

describe('RejectionLog', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('logs each reason once a minute, with how often it was left out', () => {
    const said: unknown[] = [];
    vi.spyOn(Logger.prototype, 'warn').mockImplementation((_message, fields: unknown) => void said.push(fields));
    let nowMs = 1_000;
    const log = new RejectionLog(() => nowMs);
    for (let n = 0; n < 100; n++) log.note('twilio', '20429');
    log.note('twilio', '20003');
    expect(said).toEqual([
      { provider: 'twilio', code: '20429', suppressed: 0 },
      { provider: 'twilio', code: '20003', suppressed: 0 },
    ]);
    nowMs += 60_000;
    for (let n = 0; n < 2; n++) log.note('twilio', '20429');
    expect(said.slice(2)).toEqual([{ provider: 'twilio', code: '20429', suppressed: 99 }]);
  });

  it('logs a thousand different reasons', () => {
    let said = 0;
    vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => void (said += 1));
    const log = new RejectionLog(() => 0);
    for (let n = 0; n < 1_000; n++) log.note('vapi', `reason ${n}`);
    expect(said).toBe(1_000);
  });
});
