import { describe, expect, it } from 'vitest';
import type { AskedChange, Change } from '../load/changes.js';
import { changesWithoutEffect } from './change-checks.js';
import type { CampaignTermsChange, ConsentRecord, DncChange, Evidence, Placement } from './evidence.js';
import { commitsAfterListing, commitsWhileListed, dialsAfterListing } from './suppression-checks.js';
import {
  callsOutsideWindow,
  callsOverFrequencyCap,
  callsWithinGap,
  callsWithoutConsent,
  type Judgement,
} from './terms-checks.js';

/** Noon in London, a Wednesday; 07:00 in New York. */
const NOON = Date.parse('2026-01-14T12:00:00Z');
const BRITISH = '+442079460123';
const AMERICAN = '+12125550100';
/** 06:00 in Pensacola, 07:00 in Tallahassee. */
const BETWEEN_ZONES = '+18505550100';
const ALL_DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const placement = (seconds: number, fields: Partial<Placement> = {}): Placement => ({
  dialer_job_id: `job at ${seconds}`,
  campaign_id: 'campaign',
  phone_number: BRITISH,
  noted_at: NOON + seconds * 1000,
  committed_at: NOON + seconds * 1000 + 5,
  ...fields,
});

const terms = (seconds: number, fields: Partial<CampaignTermsChange> = {}): CampaignTermsChange => ({
  campaign_id: 'campaign',
  calling_window: { days: ALL_DAYS, from: '09:00', to: '17:00' },
  blackout_dates: [],
  requires_consent: false,
  min_gap_seconds: 0,
  committed_at: NOON + seconds * 1000,
  ...fields,
});

const evidence = (fields: Partial<Evidence>): Evidence => {
  const placements = fields.placements ?? [];
  return {
    campaigns: [],
    leads: [],
    jobs: [],
    calls: placements.map(({ dialer_job_id, campaign_id }) => ({
      dialer_job_id,
      campaign_id,
      lead_id: 'lead',
      status: 'completed',
      outcome: 'reached',
      end_reason: null,
      provider_call_id: null,
    })),
    placements,
    statusChanges: [],
    dncChanges: [],
    campaignTerms: [terms(-60)],
    tenantTerms: [{ min_gap_seconds: 0, cap_attempts: null, cap_days: null, committed_at: NOON - 60_000 }],
    consents: [],
    changes: [],
    carrier: { creates: [], ends: [], answers: [], hangups: [], violations: [] },
    acknowledgedContacts: new Map(),
    acknowledgedCommands: [],
    requests: [],
    faults: [],
    freezes: [],
    throws: [],
    delays: [],
    stalls: [],
    backlog: [],
    deadlocks: [],
    misunderstood: [],
    ...fields,
  };
};

/** Returns the number of findings, and of cases that were judged. */
const count = ({ findings, judged }: Judgement) => [findings.length, judged];

describe('Calls outside their hours', () => {
  const judged = (changes: readonly CampaignTermsChange[], placements: readonly Placement[]) =>
    count(callsOutsideWindow(evidence({ campaignTerms: changes, placements })));
  const window = (from: string, to: string, days = ALL_DAYS) => ({ calling_window: { days, from, to } });

  it.each<[string, Partial<CampaignTermsChange>, Partial<Placement>, number]>([
    ['inside', {}, {}, 0],
    ['before it opens, to the minute', window('12:01', '17:00'), {}, 1],
    ['at the moment at which it opens', window('12:00', '17:00'), {}, 0],
    ['at the moment at which it closes', window('09:00', '12:00'), {}, 1],
    ['a moment before it closes', window('09:00', '12:00'), { noted_at: NOON - 1 }, 0],
    ['on a day that is none', window('09:00', '17:00', ['tue', 'thu']), {}, 1],
    ['in a window over midnight, in the morning after', window('20:00', '12:01', ['tue']), {}, 0],
    ['in a window over midnight, on the wrong morning', window('20:00', '12:01', ['wed']), {}, 1],
    ['on a date that is blacked out', { blackout_dates: ['2026-01-14'] }, {}, 1],
    ['the day before one that is', { blackout_dates: ['2026-01-15'] }, {}, 0],
    ['by the clock of New York', {}, { phone_number: AMERICAN }, 1],
    ['open in one of two zones, closed to the west', window('07:00', '17:00'), { phone_number: BETWEEN_ZONES }, 1],
    ['open in one of two zones, closed to the east', window('06:00', '07:00'), { phone_number: BETWEEN_ZONES }, 1],
    ['open in both of two zones', window('06:00', '17:00'), { phone_number: BETWEEN_ZONES }, 0],
    ['by the clock of a person of whom it is known', window('17:00', '18:00'), { phone_number: '+442079460111' }, 0],
    ['with no window of its own, within the default one', { calling_window: null }, {}, 0],
  ])('a call %s', (_, fields, placed, found) => {
    expect(judged([terms(-60, fields)], [placement(0, placed)])).toEqual([found, 1]);
  });

  it('goes by the window that was committed last before the call, and by no other', () => {
    const [open, closed] = [{}, window('13:00', '17:00')];
    expect(judged([terms(-60, open), terms(-1, closed)], [placement(0)])).toEqual([1, 1]);
    expect(judged([terms(-60, closed), terms(-1, open)], [placement(0)])).toEqual([0, 1]);
    expect(judged([terms(-60, open), terms(1, closed)], [placement(0)])).toEqual([0, 1]);
    expect(judged([terms(-60, closed)], [placement(0, { campaign_id: 'other' })])).toEqual([0, 0]);
  });

  it('says nothing of campaigns that keep any hour, nor of numbers of which it does not know the place', () => {
    expect(judged([terms(-60, window('00:00', '24:00'))], [placement(0)])).toEqual([0, 0]);
    expect(judged([terms(-60)], [placement(0, { phone_number: '+19995550100' })])).toEqual([0, 0]);
  });
});

const asked = (seconds: number, change: Change, fields: Partial<AskedChange> = {}): AskedChange => ({
  change,
  askedAt: NOON + seconds * 1000 - 50,
  requestedAt: NOON + seconds * 1000 - 50,
  answeredAt: NOON + seconds * 1000,
  isAcknowledged: true,
  ...fields,
});
const listed = (expiresAt: number | null = null): Change => ({ kind: 'listed', phoneNumber: BRITISH, expiresAt });
const UNLISTED: Change = { kind: 'unlisted', phoneNumber: BRITISH };

describe('Calls to listed numbers', () => {
  const entry = (seconds: number, fields: Partial<DncChange> = {}): DncChange => ({
    phone_number: BRITISH,
    is_listed: true,
    source: 'manual',
    expires_at: null,
    committed_at: NOON + seconds * 1000,
    ...fields,
  });

  it.each<[string, DncChange[], number]>([
    ['after the listing', [entry(-1)], 1],
    ['before the listing', [entry(1)], 0],
    ['after its removal', [entry(-2), entry(-1, { is_listed: false })], 0],
    ['after it was listed once more', [entry(-3), entry(-2, { is_listed: false }), entry(-1)], 1],
    ['before the entry ends', [entry(-1, { expires_at: NOON + 1 })], 1],
    ['once the entry has ended', [entry(-1, { expires_at: NOON })], 0],
  ])('in the order of commits: a call %s', (_, dncChanges, found) => {
    expect(count(commitsWhileListed(evidence({ dncChanges, placements: [placement(0)] })))).toEqual([found, 1]);
  });

  it.each<[string, AskedChange[], number]>([
    ['after the answer', [asked(-1, listed())], 1],
    ['before the answer', [asked(1, listed())], 0],
    ['after an opt-out', [asked(-1, { kind: 'opted_out', phoneNumber: BRITISH })], 1],
    ['once the entry has ended', [asked(-9, listed(NOON))], 0],
    ['when its removal was asked for', [asked(-9, listed()), asked(30, UNLISTED, { askedAt: NOON - 10 })], 0],
    ['when its removal is asked for later', [asked(-9, listed()), asked(30, UNLISTED)], 1],
    ['after a listing that was refused', [asked(-1, listed(), { isAcknowledged: false })], 0],
  ])('by the word of the API: a call %s', (_, changes, found) => {
    const judgement = commitsAfterListing(evidence({ changes, placements: [placement(0)] }));
    expect(judgement.findings).toHaveLength(found);
  });

  it.each([
    ['had ended', 3_600_000, 0],
    ['had not', 0, 1],
  ])('while the entry %s by the clock that decided', (_, aheadMs, found) => {
    const job = { ...placement(0), decided_at: NOON + aheadMs };
    const changes = [asked(-9, listed(NOON + 60_000))];
    const create = { t: 0, at: NOON, to: BRITISH, callId: 'call', verdict: 'taken', answer: 'accepted' } as const;
    const creates = [{ ...create, dialerJobId: job.dialer_job_id }];
    const carrier = { creates, ends: [], answers: [], hangups: [], violations: [] };
    const judged = evidence({ carrier, changes, placements: [job] });
    expect(commitsAfterListing(judged).findings).toHaveLength(found);
    expect(dialsAfterListing(judged).findings).toHaveLength(found);
  });

  it.each([
    ['a request under way when the answer came', 14, -1, 0],
    ['one that was under way for too long', 16, -1, 1],
    ['one whose attempt was committed after', 5, 4, 1],
  ])('at the carrier: %s', (_, dialedAt, committedAt, found) => {
    const create = {
      t: 0,
      at: NOON + dialedAt * 1000,
      to: BRITISH,
      callId: 'call',
      verdict: 'taken',
      answer: 'accepted',
    } as const;
    const job = placement(committedAt);
    const carrier = {
      creates: [{ ...create, dialerJobId: job.dialer_job_id }],
      ends: [],
      answers: [],
      hangups: [],
      violations: [],
    };
    const changes = [asked(0, listed())];
    expect(count(dialsAfterListing(evidence({ carrier, changes, placements: [job] })))).toEqual([found, 1]);
  });
});

describe('Calls too often', () => {
  const tenant = (fields: object) => [
    { min_gap_seconds: 0, cap_attempts: null, cap_days: null, committed_at: NOON - 60_000, ...fields },
  ];

  it.each([
    ['nearer than the tenant allows', { min_gap_seconds: 10 }, {}, 1],
    ['nearer than the campaign allows', {}, { min_gap_seconds: 10 }, 1],
    ['as far apart as both allow', { min_gap_seconds: 5 }, { min_gap_seconds: 9 }, 0],
  ])('two calls %s', (_, ofTenant, ofCampaign, found) => {
    const placements = [placement(0), placement(9)];
    const fields = { placements, tenantTerms: tenant(ofTenant), campaignTerms: [terms(-60, ofCampaign)] };
    expect(count(callsWithinGap(evidence(fields)))).toEqual([found, 1]);
  });

  it('an attempt that was given back is no call, and neither is one to another number', () => {
    const placements = [placement(0, { phone_number: AMERICAN }), placement(1), placement(2)];
    const all = evidence({ placements, tenantTerms: tenant({ min_gap_seconds: 10 }) });
    expect(count(callsWithinGap(all))).toEqual([1, 1]);
    expect(count(callsWithinGap({ ...all, calls: all.calls.slice(2) }))).toEqual([0, 0]);
  });

  it('more calls than the cap, of any campaign, within its days', () => {
    const other = { campaign_id: 'other' };
    const placements = [placement(-86_500), placement(0, other), placement(10), placement(20)];
    const capped = (cap_attempts: number) =>
      count(
        callsOverFrequencyCap(
          evidence({
            placements,
            campaignTerms: [terms(-90_000), terms(-90_000, other)],
            tenantTerms: [{ min_gap_seconds: 0, cap_attempts, cap_days: 1, committed_at: NOON - 90_000_000 }],
          }),
        ),
      );
    expect(capped(1)).toEqual([2, 4]);
    expect(capped(2)).toEqual([1, 4]);
    expect(capped(3)).toEqual([0, 4]);
  });
});

describe('Calls without consent', () => {
  const consent = (seconds: number, fields: Partial<ConsentRecord> = {}): ConsentRecord => ({
    phone_number: BRITISH,
    kind: 'given',
    given_at: NOON + seconds * 1000,
    expires_at: null,
    committed_at: NOON + seconds * 1000,
    ...fields,
  });
  const judged = (consents: ConsentRecord[], requires_consent = true) =>
    count(
      callsWithoutConsent(
        evidence({ consents, placements: [placement(0)], campaignTerms: [terms(-60, { requires_consent })] }),
      ),
    );

  it.each<[string, ConsentRecord[], number]>([
    ['no record', [], 1],
    ['one that was given', [consent(-1)], 0],
    ['one that came too late', [consent(1)], 1],
    ['one that was taken back', [consent(-2), consent(-1, { kind: 'revoked' })], 1],
    ['one that was given anew', [consent(-2, { kind: 'revoked' }), consent(-1)], 0],
    ['one that has ended', [consent(-1, { expires_at: NOON })], 1],
    ['one of somebody else', [consent(-1, { phone_number: AMERICAN })], 1],
  ])('with %s', (_, consents, found) => {
    expect(judged(consents)).toEqual([found, 1]);
  });

  it('where none is asked for', () => {
    expect(judged([], false)).toEqual([0, 0]);
  });
});

describe('Changes that were acknowledged', () => {
  const inTime = NOON - 10;
  const tooLate = NOON + 10;
  const window = { days: ALL_DAYS, from: '09:00', to: '17:00' };
  const isThere = (change: Change, fields: Partial<Evidence>) =>
    count(changesWithoutEffect(evidence({ changes: [asked(0, change)], ...fields })))[0] === 0;

  it.each([
    [inTime, true],
    [tooLate, false],
  ])('are there when they were committed before the answer (%d)', (committed_at, there) => {
    const entry = { phone_number: BRITISH, is_listed: true, source: 'manual', expires_at: null, committed_at };
    const given = { phone_number: BRITISH, kind: 'given', given_at: 0, expires_at: null, committed_at } as const;
    const edit = { calling_window: window, blackout_dates: [] };
    const tenantTerms = [{ min_gap_seconds: 3, cap_attempts: 2, cap_days: 1, committed_at }];
    expect([
      isThere(listed(), { dncChanges: [entry] }),
      isThere(UNLISTED, { dncChanges: [{ ...entry, is_listed: false }] }),
      isThere({ kind: 'consent', phoneNumber: BRITISH, consent: 'given' }, { consents: [given] }),
      isThere(
        { kind: 'campaign_terms', campaignId: 'campaign', edit },
        { campaignTerms: [terms(0, { committed_at })] },
      ),
      isThere({ kind: 'tenant_terms', edit: { min_gap_seconds: 3 } }, { tenantTerms }),
    ]).toEqual([there, there, there, there, there]);
  });

  it('are not there when something else was committed', () => {
    const entry = { phone_number: BRITISH, is_listed: false, source: null, expires_at: null, committed_at: inTime };
    const other = [terms(0, { committed_at: inTime, calling_window: { ...window, to: '17:01' } })];
    const tenantTerms = [{ min_gap_seconds: 3, cap_attempts: 2, cap_days: 1, committed_at: inTime }];
    expect([
      isThere(listed(), { dncChanges: [entry] }),
      isThere(
        { kind: 'campaign_terms', campaignId: 'campaign', edit: { calling_window: window } },
        { campaignTerms: other },
      ),
      isThere({ kind: 'tenant_terms', edit: { frequency_cap: null } }, { tenantTerms }),
      isThere({ kind: 'tenant_terms', edit: { frequency_cap: { attempts: 3, days: 1 } } }, { tenantTerms }),
    ]).toEqual([false, false, false, false]);
  });
});
