import { describe, expect, it } from 'vitest';
import type { CallEvent } from './call-report.js';
import { showsThatItRang } from './rang.js';

const EVENT: CallEvent = { eventKey: 'e', dialerJobId: 'j', providerCallId: 'c', occurredAt: new Date(0) };

describe('What shows that a phone has rung', () => {
  it.each(['ringing', 'in_progress', 'completed', 'no_answer', 'busy'] as const)('is that it is %s', (status) => {
    expect(showsThatItRang({ ...EVENT, status })).toBe(true);
  });

  it('is whatever was heard of it', () => {
    const heard = [
      { answeredBy: 'machine' },
      { recordingUrl: 'r' },
      { transcript: 't' },
      { durationSeconds: 1 },
    ] as const;
    for (const facts of heard) expect(showsThatItRang({ ...EVENT, ...facts })).toBe(true);
  });

  it('is nothing that is said of a call which could not be placed', () => {
    for (const status of ['initiated', 'failed', 'canceled', 'lost', undefined] as const)
      expect(showsThatItRang({ ...EVENT, status, endReason: 'failed', durationSeconds: 0, cost: '0.0100' })).toBe(
        false,
      );
  });
});
