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
    'the command %s fits where it should and nowhere else',
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

  it('an archived campaign stays archived, and no dialing status leads to it', () => {
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

  it('every campaign can be archived once it is stopped', () => {
    for (const status of CAMPAIGN_STATUSES.filter((one) => one !== 'archived')) {
      const stopped = campaignStatusAfter('stop', status) ?? status;
      expect(campaignStatusAfter('archive', stopped)).toBe('archived');
    }
  });
});

describe('Dialer job states', () => {
  it('every live job can end, and no other job can move', () => {
    expect(Object.keys(DIALER_JOB_TRANSITIONS)).toEqual([...LIVE_DIALER_JOB_STATUSES]);
    const finals = DIALER_JOB_STATUSES.filter((status) => !(status in DIALER_JOB_TRANSITIONS));
    expect(finals).toEqual(['succeeded', 'failed', 'canceled', 'skipped']);
    for (const next of Object.values(DIALER_JOB_TRANSITIONS))
      expect(finals.some((final) => next.includes(final))).toBe(true);
  });

  it('a job is never dialed twice: only `queued` leads to `dialing`, and nothing leads back', () => {
    const leadingTo = (status: string) =>
      Object.entries(DIALER_JOB_TRANSITIONS).flatMap(([from, next]) =>
        next.some((one) => one === status) ? [from] : [],
      );
    expect(leadingTo('queued')).toEqual([]);
    expect(leadingTo('dialing')).toEqual(['queued']);
  });
});

describe('Lead states', () => {
  it('a lead moves only to known statuses', () => {
    for (const next of Object.values(LEAD_TRANSITIONS))
      for (const status of next) expect(LEAD_STATUSES).toContain(status);
  });

  it('a lead that opted out never comes back', () => {
    expect(LEAD_TRANSITIONS.suppressed).toEqual(['completed', 'removed']);
  });
});

describe('publishPauseSeconds', () => {
  it('the pause before republishing doubles from 5 s to at most a minute', () => {
    expect([1, 2, 3, 4, 5, 6, 50].map(publishPauseSeconds)).toEqual([5, 10, 20, 40, 60, 60, 60]);
  });
});
