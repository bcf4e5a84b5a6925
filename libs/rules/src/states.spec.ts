import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CAMPAIGN_STATUSES,
  CAMPAIGN_TRANSITIONS,
  campaignStatusAfter,
  type CampaignCommand,
  type CampaignStatus,
} from './campaign/campaign-status.js';
import { DIALER_JOB_STATUSES, DIALER_JOB_TRANSITIONS, LIVE_DIALER_JOB_STATUSES } from './attempt/dialer-job-status.js';
import { LEAD_STATUSES, LEAD_TRANSITIONS } from './lead/lead-status.js';
import { publishPauseSeconds } from './campaign/publish-pause.js';

describe('Campaign states', () => {
  const expected: Record<CampaignCommand, Partial<Record<string, string>>> = {
    start: { draft: 'running', scheduled: 'running', paused: 'running', completed: 'running' },
    pause: { running: 'paused' },
    resume: { paused: 'running' },
    stop: { running: 'stopped', paused: 'stopped', scheduled: 'stopped' },
    complete: { running: 'completed' },
    schedule: { draft: 'scheduled' },
    end: { scheduled: 'completed', running: 'completed', paused: 'completed' },
    redial: { completed: 'running' },
    reopen: { completed: 'running' },
    archive: { draft: 'archived', completed: 'archived', stopped: 'archived' },
  };

  it.each(Object.keys(CAMPAIGN_TRANSITIONS) as CampaignCommand[])(
    '%s fits where it should and nowhere else',
    (command) => {
      const reached = CAMPAIGN_STATUSES.flatMap((status) => {
        const next = campaignStatusAfter(command, status);
        return next ? [[status, next]] : [];
      });
      expect(Object.fromEntries(reached)).toEqual(expected[command]);
    },
  );
});

describe('An archived campaign', () => {
  const command = fc.constantFrom(...(Object.keys(CAMPAIGN_TRANSITIONS) as CampaignCommand[]));

  it('stays archived, whatever commands come, and is reached from nowhere where calls may be placed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CAMPAIGN_STATUSES), fc.array(command, { maxLength: 30 }), (first, commands) => {
        let status: CampaignStatus = first;
        for (const one of commands) {
          const next = campaignStatusAfter(one, status);
          if (status === 'archived') expect(next).toBeNull();
          if (next === 'archived') expect(['draft', 'completed', 'stopped']).toContain(status);
          status = next ?? status;
        }
      }),
    );
  });

  it('can be made of every campaign, once it is stopped', () => {
    for (const status of CAMPAIGN_STATUSES.filter((one) => one !== 'archived')) {
      const stopped = campaignStatusAfter('stop', status) ?? status;
      expect(campaignStatusAfter('archive', stopped)).toBe('archived');
    }
  });
});

describe('Dialer job states', () => {
  it('lets every live job end, and no other job move', () => {
    expect(Object.keys(DIALER_JOB_TRANSITIONS)).toEqual([...LIVE_DIALER_JOB_STATUSES]);
    const finals = DIALER_JOB_STATUSES.filter((status) => !(status in DIALER_JOB_TRANSITIONS));
    expect(finals).toEqual(['succeeded', 'failed', 'canceled', 'skipped']);
    for (const next of Object.values(DIALER_JOB_TRANSITIONS))
      expect(finals.some((final) => next.includes(final))).toBe(true);
  });

  it('never dials a job twice: nothing leads back to `queued`, and only `queued` leads to `dialing`', () => {
    const leadingTo = (status: string) =>
      Object.entries(DIALER_JOB_TRANSITIONS).flatMap(([from, next]) =>
        next.some((one) => one === status) ? [from] : [],
      );
    expect(leadingTo('queued')).toEqual([]);
    expect(leadingTo('dialing')).toEqual(['queued']);
  });
});

describe('Lead states', () => {
  it('names a way on for every state but none out of nowhere', () => {
    for (const next of Object.values(LEAD_TRANSITIONS))
      for (const status of next) expect(LEAD_STATUSES).toContain(status);
  });

  it('brings nobody back who asked not to be called', () => {
    expect(LEAD_TRANSITIONS.suppressed).toEqual(['completed', 'removed']);
  });
});

describe('publishPauseSeconds', () => {
  it('doubles from 5 s to at most a minute', () => {
    expect([1, 2, 3, 4, 5, 6, 50].map(publishPauseSeconds)).toEqual([5, 10, 20, 40, 60, 60, 60]);
  });
});
