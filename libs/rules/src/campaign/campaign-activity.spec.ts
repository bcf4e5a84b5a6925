import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CAMPAIGN_ACTIVITIES,
  diagnose,
  etaSeconds,
  type BlockCode,
  type CampaignActivity,
  type CampaignSituation,
} from './campaign-activity.js';
import { CAMPAIGN_STATUS_REASONS, CAMPAIGN_STATUSES } from './campaign-status.js';

const NOW = new Date('2027-01-01T12:00:00Z');
const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

const situation = (fields: Partial<CampaignSituation> = {}): CampaignSituation => ({
  now: NOW,
  status: 'running',
  statusReason: null,
  startAt: null,
  slots: 5,
  live: { queued: 0, all: 0 },
  oldestQueuedAt: null,
  contacts: 10,
  nextDueAt: null,
  numbersFrom: null,
  areNumbersOff: false,
  callsFrom: null,
  isConcurrencyReached: false,
  blocked: [],
  closed: null,
  rejection: null,
  halt: null,
  worker: { isRunning: true },
  isQueueAvailable: true,
  ...fields,
});

const REJECTION = { code: 'engine_unavailable', since: inSeconds(-90), until: inSeconds(10) } as const;
const HALT = { scope: 'tenant', since: NOW, reason: 'wrong list' } as const;

describe('diagnose', () => {
  it.each<[string, Partial<CampaignSituation>, CampaignActivity, BlockCode[]]>([
    ['a draft', { status: 'draft' }, 'idle', ['not_started']],
    ['a scheduled one', { status: 'scheduled', startAt: inSeconds(60) }, 'idle', ['scheduled']],
    ['a paused one', { status: 'paused', statusReason: 'user' }, 'blocked', ['paused']],
    ['one that drains', { status: 'paused', live: { queued: 0, all: 2 } }, 'draining', ['paused']],
    ['a stopped one with calls on the line', { status: 'stopped', live: { queued: 0, all: 1 } }, 'draining', []],
    ['a completed one', { status: 'completed' }, 'done', []],
    ['one that dials', { live: { queued: 0, all: 3 }, nextDueAt: NOW }, 'dialing', []],
    ['one whose slots are all taken', { live: { queued: 0, all: 5 }, nextDueAt: NOW }, 'dialing', ['slots_full']],
    ['one that waits for a retry', { nextDueAt: inSeconds(60) }, 'waiting_retry', ['waiting_retry']],
    [
      'one whose provider takes no calls',
      { nextDueAt: inSeconds(5), rejection: REJECTION },
      'blocked',
      ['provider_unavailable', 'waiting_retry'],
    ],
    [
      'one whose provider takes some',
      { nextDueAt: NOW, rejection: REJECTION, live: { queued: 1, all: 2 } },
      'dialing',
      ['provider_unavailable'],
    ],
    ['one whose provider took none before', { nextDueAt: NOW, rejection: { ...REJECTION, until: NOW } }, 'dialing', []],
    ['one without contacts', { contacts: 0 }, 'idle', ['no_contacts']],
    ['one without a worker', { nextDueAt: NOW, worker: { isRunning: false, since: null } }, 'blocked', ['no_worker']],
    ['one without a queue', { nextDueAt: NOW, isQueueAvailable: false }, 'blocked', ['queue_unavailable']],
    ['a halted one', { nextDueAt: NOW, halt: HALT }, 'blocked', ['kill_switch']],
    [
      'one whose jobs wait in the queue',
      { live: { queued: 2, all: 2 }, oldestQueuedAt: inSeconds(-11) },
      'dialing',
      ['queue_slow'],
    ],
    [
      'one whose caller ids are used up',
      { nextDueAt: NOW, numbersFrom: inSeconds(3600) },
      'waiting_retry',
      ['caller_ids_used', 'waiting_retry'],
    ],
    [
      'one whose caller ids were used up, and are not any more',
      { nextDueAt: NOW, blocked: [{ code: 'caller_ids_used', contacts: 2, until: inSeconds(3600) }] },
      'dialing',
      ['caller_ids_used'],
    ],
    [
      'one whose caller ids are all switched off',
      {
        nextDueAt: NOW,
        areNumbersOff: true,
        blocked: [{ code: 'caller_ids_used', contacts: 2, until: inSeconds(60) }],
      },
      'blocked',
      ['caller_ids_off'],
    ],
    [
      'one whose numbers are busy',
      { nextDueAt: inSeconds(20), blocked: [{ code: 'number_busy', contacts: 3, until: inSeconds(20) }] },
      'waiting_retry',
      ['number_busy', 'waiting_retry'],
    ],
  ])('the diagnosis is right for: %s', (_, fields, activity, codes) => {
    const diagnosis = diagnose(situation(fields));
    expect([diagnosis.activity, diagnosis.blockedBy.map(({ code }) => code)]).toEqual([activity, codes]);
  });

  it('a campaign promises no next call while all its caller ids are switched off', () => {
    expect(diagnose(situation({ nextDueAt: NOW, areNumbersOff: true })).nextEligibleAt).toBeNull();
  });

  it.each([
    ['401', /^The provider rejects our account .* It said: 401\.$/],
    ['telephony_account_unreadable', /^The credentials of the telephony account cannot be read .*; then resume\.$/],
    ['telephony_account_gone', /was deleted: name another; then resume\.$/],
  ])('the diagnosis says what to fix if an account was rejected with %s', (code, detail) => {
    const rejection = { ...REJECTION, code };
    const { blockedBy } = diagnose(situation({ status: 'paused', statusReason: 'provider_account', rejection }));
    expect(blockedBy).toMatchObject([{ code: 'paused', detail: expect.stringMatching(detail) }]);
  });

  it('a campaign that ought to dial and does not always says why', () => {
    fc.assert(
      fc.property(
        fc.record({
          status: fc.constantFrom(...CAMPAIGN_STATUSES),
          statusReason: fc.option(fc.constantFrom(...CAMPAIGN_STATUS_REASONS)),
          live: fc.record({ queued: fc.nat(3), all: fc.nat(6) }),
          contacts: fc.nat(3),
          nextDueAt: fc.option(fc.integer({ min: -100, max: 100 }).map(inSeconds)),
          rejection: fc.option(fc.constant(REJECTION)),
          halt: fc.option(fc.constant(HALT)),
          areNumbersOff: fc.boolean(),
          isConcurrencyReached: fc.boolean(),
          worker: fc.constantFrom({ isRunning: true } as const, { isRunning: false, since: null } as const),
          isQueueAvailable: fc.boolean(),
        }),
        (fields) => {
          const { activity, blockedBy, nextEligibleAt } = diagnose(situation(fields));
          expect(CAMPAIGN_ACTIVITIES).toContain(activity);
          if (activity === 'blocked' || activity === 'waiting_retry') expect(blockedBy.length).toBeGreaterThan(0);
          for (const { detail } of blockedBy) expect(detail.length).toBeGreaterThan(10);
          if (fields.status !== 'running' || fields.halt) expect(nextEligibleAt).toBeNull();
          if (activity === 'dialing' && fields.live.all === 0) expect(fields.nextDueAt! <= NOW).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('etaSeconds', () => {
  const campaign = { waiting: 100, slots: 5, endedAttempts: 10, slotSeconds: 300, lastDueInSeconds: -5 };

  it('the estimate shares the remaining work among the slots', () => {
    expect(etaSeconds(campaign)).toBe(600);
  });

  it('the estimate is not before the last retry has been called', () => {
    expect(etaSeconds({ ...campaign, lastDueInSeconds: 7200 })).toBe(7230);
  });

  it('the estimate is unknown until an attempt has ended', () => {
    expect(etaSeconds({ ...campaign, endedAttempts: 0, slotSeconds: 0 })).toBeNull();
  });
});
