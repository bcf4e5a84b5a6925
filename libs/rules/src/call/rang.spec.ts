import { describe, expect, it } from 'vitest';
import type { CallReport } from './call-report.js';
import { showsThatItRang } from './rang.js';

const REPORT: CallReport = { reportKey: 'e', dialerJobId: 'j', providerCallId: 'c', occurredAt: new Date(0) };

describe('What shows that a phone has rung', () => {
  it.each(['ringing', 'in_progress', 'completed', 'no_answer', 'busy'] as const)(
    'a call that is %s has rung',
    (status) => {
      expect(showsThatItRang({ ...REPORT, status })).toBe(true);
    },
  );

  it('a call of which anything was heard has rung', () => {
    const heard = [
      { answeredBy: 'machine' },
      { recordingUrl: 'r' },
      { transcript: 't' },
      { durationSeconds: 1 },
    ] as const;
    for (const facts of heard) expect(showsThatItRang({ ...REPORT, ...facts })).toBe(true);
  });

  it('no report about a call that could not be placed shows that it rang', () => {
    for (const status of ['initiated', 'failed', 'canceled', 'lost', undefined] as const)
      expect(showsThatItRang({ ...REPORT, status, endReason: 'failed', durationSeconds: 0, cost: '0.0100' })).toBe(
        false,
      );
  });
});
