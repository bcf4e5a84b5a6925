import { describe, expect, it } from 'vitest';
import type { CarrierCreate, CarrierEnd, CarrierLog } from './carrier-log.js';
import type { Evidence } from './evidence.js';
import { judge } from './verdict.js';

const CAMPAIGN = {
  id: 'campaign',
  name: 'Large',
  status: 'completed',
  max_concurrent_calls: 1,
  max_retries: 0,
  total_leads: 1,
  calls_completed: 1,
  calls_failed: 0,
} as const;
const LEAD = {
  id: 'lead',
  campaign_id: 'campaign',
  phone_number: '+1',
  status: 'completed',
  call_attempts: 1,
  block_code: null,
  is_due_later: false,
} as const;
const JOB = { id: 'job', campaign_id: 'campaign', lead_id: 'lead', status: 'succeeded', reason: null } as const;
const CALL = {
  dialer_job_id: 'job',
  campaign_id: 'campaign',
  lead_id: 'lead',
  status: 'completed',
  outcome: 'reached',
  end_reason: null,
  provider_call_id: 'call',
} as const;
const PLACEMENT = {
  dialer_job_id: 'job',
  campaign_id: 'campaign',
  phone_number: '+1',
  noted_at: 1_004,
  committed_at: 1_005,
} as const;

const create = (fields: Partial<CarrierCreate> = {}): CarrierCreate => ({
  t: 10,
  at: 1_010,
  dialerJobId: 'job',
  to: '+1',
  callId: 'call',
  verdict: 'taken',
  answer: 'accepted',
  ...fields,
});
const end = (fields: Partial<CarrierEnd> = {}): CarrierEnd => ({
  t: 20,
  dialerJobId: 'job',
  callId: 'call',
  status: 'completed',
  answeredBy: 'human',
  outcome: 'reached',
  ...fields,
});

const log = (fields: Partial<CarrierLog> = {}): CarrierLog => ({
  creates: [create()],
  ends: [end()],
  answers: [{ t: 12, callId: 'call' }],
  hangups: [],
  violations: [],
  ...fields,
});

/** Evidence of one campaign, one lead and one call, all as it should be. */
const evidence = (fields: Partial<Evidence> = {}): Evidence => ({
  campaigns: [CAMPAIGN],
  leads: [LEAD],
  jobs: [JOB],
  calls: [CALL],
  placements: [PLACEMENT],
  statusChanges: [
    { campaign_id: 'campaign', became: 'running', committed_at: 1_000 },
    { campaign_id: 'campaign', became: 'completed', committed_at: 1_100 },
  ],
  carrier: log(),
  acknowledgedContacts: new Map([['campaign', new Set(['+1'])]]),
  dncChanges: [],
  campaignTerms: [],
  tenantTerms: [],
  consents: [],
  changes: [],
  acknowledgedCommands: [{ campaignId: 'campaign', command: 'start', requestedAt: 999, answeredAt: 1_001 }],
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
});

const found = (fields: Partial<Evidence>) =>
  judge(evidence(fields))
    .filter(({ findings }) => findings.length > 0)
    .map(({ check }) => check);

const answer = (status: number, isProblem: boolean) => ({
  method: 'POST',
  route: '/campaigns',
  startedAt: 1,
  endedAt: 2,
  status,
  isProblem,
  detail: null,
});

describe('The judge', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(found({})).toEqual([]);
  });

  it.each<[string, Partial<Evidence>, string[]]>([
    [
      'a second call for one attempt',
      {
        carrier: log({
          creates: [create(), create({ t: 30, callId: 'other' })],
          ends: [end(), end({ t: 40, callId: 'other' })],
        }),
      },
      [
        'double dials: one attempt, two calls',
        'double dials: more calls to a lead than allowed',
        'create requests repeated',
      ],
    ],
    [
      'a second request that was refused',
      { carrier: log({ creates: [create(), create({ t: 30, callId: null, verdict: 'too_late' })] }) },
      ['create requests repeated'],
    ],
    [
      'two calls at once to one number, and one too many in the campaign',
      {
        jobs: [JOB, { ...JOB, id: 'second', lead_id: 'other' }],
        leads: [LEAD, { ...LEAD, id: 'other', phone_number: '+2' }],
        calls: [CALL, { ...CALL, dialer_job_id: 'second', lead_id: 'other', provider_call_id: 'other' }],
        campaigns: [{ ...CAMPAIGN, total_leads: 2, calls_completed: 2 }],
        carrier: log({
          creates: [create(), create({ t: 15, dialerJobId: 'second', callId: 'other' })],
          ends: [end(), end({ t: 40, callId: 'other' })],
        }),
      },
      ['double dials: one number, two calls at once', 'instants over the cap'],
    ],
    [
      'a person who was reached and called again',
      {
        campaigns: [{ ...CAMPAIGN, max_retries: 3, calls_completed: 2 }],
        jobs: [JOB, { ...JOB, id: 'second' }],
        leads: [{ ...LEAD, call_attempts: 2 }],
        calls: [CALL, { ...CALL, dialer_job_id: 'second', provider_call_id: 'other' }],
        carrier: log({
          creates: [create(), create({ t: 30, dialerJobId: 'second', callId: 'other' })],
          ends: [end(), end({ t: 40, dialerJobId: 'second', callId: 'other' })],
        }),
      },
      ['reached people called again'],
    ],
    [
      'a conversation that was hung up before its time',
      { carrier: log({ hangups: [{ t: 19, callId: 'call' }] }) },
      ['conversations hung up before their time'],
    ],
    ['a call of nobody', { jobs: [] }, ['calls that belong to no attempt']],
    [
      'a call that was made for another attempt',
      { calls: [{ ...CALL, provider_call_id: 'other' }] },
      ["attempts with another attempt's call"],
    ],
    [
      'a contact that is gone',
      { acknowledgedContacts: new Map([['campaign', new Set(['+1', '+2'])]]) },
      ['lost leads'],
    ],
    ['a lead that nobody moves', { leads: [{ ...LEAD, status: 'in_progress' }] }, ['stuck leads']],
    ['an attempt that is still open', { jobs: [{ ...JOB, status: 'unconfirmed' }] }, ['stuck attempts and campaigns']],
    [
      'a campaign that is still paused',
      { campaigns: [{ ...CAMPAIGN, status: 'paused' }] },
      ['stuck attempts and campaigns'],
    ],
    [
      'a commit after a pause had answered',
      {
        placements: [{ ...PLACEMENT, committed_at: 1_060 }],
        statusChanges: [
          { campaign_id: 'campaign', became: 'running', committed_at: 1_000 },
          { campaign_id: 'campaign', became: 'paused', committed_at: 1_040 },
        ],
        acknowledgedCommands: [{ campaignId: 'campaign', command: 'pause', requestedAt: 1_030, answeredAt: 1_050 }],
      },
      ['commits after pause or stop had answered', 'commits while not running'],
    ],
    [
      'a command without effect',
      { acknowledgedCommands: [{ campaignId: 'campaign', command: 'stop', requestedAt: 1_030, answeredAt: 1_050 }] },
      ['acknowledged commands not in the database'],
    ],
    ['an attempt that was not counted', { leads: [{ ...LEAD, call_attempts: 0 }] }, ['attempts that differ']],
    ['a counter that differs', { campaigns: [{ ...CAMPAIGN, calls_failed: 1 }] }, ['counters that differ']],
    [
      'a statement that makes no sense',
      { misunderstood: ['ERROR: operator is not unique'] },
      ['statements that PostgreSQL does not understand'],
    ],
    [
      'a request that the provider does not know',
      { carrier: log({ violations: ['create request: no To'] }) },
      ["requests against the provider's own description"],
    ],
    ['a deadlock', { deadlocks: ['deadlock detected'] }, ['deadlocks']],
    [
      'an answer that is broken',
      { requests: [answer(500, true), answer(503, false)] },
      ['API answers 5xx other than 503'],
    ],
  ])('finds %s', (_, fields, checks) => {
    expect(found(fields)).toEqual(checks);
  });

  it('does not wait for a draft that was asked for and never heard of', () => {
    const unheard = { ...CAMPAIGN, id: 'unheard', status: 'draft', total_leads: 0, calls_completed: 0 };
    expect(found({ campaigns: [CAMPAIGN, unheard] })).toEqual([]);
    expect(found({ campaigns: [{ ...CAMPAIGN, status: 'draft' }] })).toEqual(['stuck attempts and campaigns']);
  });

  it('lets a campaign run on for those who wait for a gap that a jump of the clock has made longer', () => {
    const running = { ...CAMPAIGN, status: 'running' } as const;
    const waiting = { ...LEAD, status: 'pending', is_due_later: true } as const;
    const jump = { recoversFrom: 'heal', startedAt: 1, healedAt: 2, failure: null } as const;
    const forward = { ...jump, id: 'F23', name: 'database clock +1 h' } as const;
    const back = { ...forward, name: 'database clock -1 h' };
    const stuck = ['stuck attempts and campaigns'];
    const after = (faults: Evidence['faults'], leads: Evidence['leads']) =>
      found({ campaigns: [running], leads, faults });
    expect(after([forward], [waiting])).toEqual([]);
    expect(after([forward], [{ ...waiting, is_due_later: false, block_code: 'min_gap' }])).toEqual([]);
    expect(after([back], [waiting])).toEqual(stuck);
    expect(after([back], [{ ...waiting, is_due_later: false, block_code: 'min_gap' }])).toEqual([
      'stuck leads',
      ...stuck,
    ]);
    expect(after([{ ...forward, failure: 'it was not made' }], [waiting])).toEqual(stuck);
    expect(after([forward], [{ ...waiting, is_due_later: false }])).toEqual(['stuck leads', ...stuck]);
  });

  it('blames nobody for an orderly "not now", nor for what it made fail itself', () => {
    expect(found({ requests: [answer(503, true)] })).toEqual([]);
    expect(found({ requests: [answer(500, true)], throws: [2] })).toEqual([]);
  });

  it('holds two seconds against the API while Redis is away, unless it was made to wait', () => {
    const requests = [{ ...answer(200, false), endedAt: 3_001 }];
    const faults = [
      { name: 'redis frozen', startedAt: 1_000, healedAt: 2_000, recoversFrom: 'heal', failure: null, id: 'F8' },
    ] as const;
    expect(found({ requests, faults })).toEqual(['API requests over 2 s while Redis was away']);
    const meanwhile = [{ startedAt: 500, endedAt: 2_500 }];
    expect(found({ requests, faults, delays: meanwhile })).toEqual([]);
    expect(found({ requests, faults, stalls: meanwhile })).toEqual([]);
    const long = [{ ...answer(200, false), endedAt: 60_001 }];
    expect(found({ requests: long, faults, delays: meanwhile, stalls: meanwhile })).not.toEqual([]);
  });
});
