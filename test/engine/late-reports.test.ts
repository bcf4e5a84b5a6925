import type { INestApplicationContext } from '@nestjs/common';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '#database/connection/database.js';
import { verifyInvariants } from '#database/statements/ops/verify-invariants.js';
import { CallPlacer } from '#dialer/place/call-placer.js';
import { GivenUpCalls } from '#dialer/sweep/given-up-calls.js';
import type { CallReport } from '#rules/call/call-report.js';
import type { CallStatus } from '#rules/call/call-status.js';
import { startEngine } from '../support/engine.js';
import { eventOf, ObedientCarrier } from '../support/obedient-carrier.js';
import { SteppedLead } from '../support/stepped-lead.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const AT = (seconds: number) => new Date(Date.UTC(2026, 10, 2, 12, 0, seconds));
/** Within the year in which a call-back is believed. */
const CALL_BACK_AT = new Date(Math.ceil(Date.now() / 86_400_000 + 7) * 86_400_000 + 9.5 * 3_600_000);

/** Call reports in which a provider may tell the end of a call. */
const ENDS: Readonly<Record<string, Partial<CallReport> & { readonly status: CallStatus }>> = {
  reached: { status: 'completed', answeredBy: 'human', durationSeconds: 12, cost: '0.0140', endReason: 'completed' },
  goal_reached: { status: 'completed', outcome: 'goal_reached', durationSeconds: 95 },
  unsaid: { status: 'completed' },
  voicemail: { status: 'completed', answeredBy: 'machine', durationSeconds: 4, recordingUrl: 'https://example.com/r' },
  callback_requested: { status: 'completed', outcome: 'callback_requested', callbackAt: CALL_BACK_AT },
  opt_out: { status: 'completed', outcome: 'opt_out', durationSeconds: 7 },
  no_answer: { status: 'no_answer', endReason: 'no-answer' },
  busy: { status: 'busy', endReason: 'busy' },
  bad_number: { status: 'failed', outcome: 'bad_number', endReason: 'SIP 404' },
  failed: { status: 'failed' },
  canceled: { status: 'canceled', endReason: 'canceled' },
};
const VERDICTS = { none: null, reached: 'reached', goal_reached: 'goal_reached', opt_out: 'opt_out' } as const;
const RETRY_ENDS = ['no_answer', 'busy', 'completed', 'lost'] as const;

const TOLD = ['accepted', 'ringing', 'answered', 'end', 'verdict'] as const;
const STEPS = [...TOLD, 'lost', 'claim', 'dial', 'retry_end'] as const;
type Step = (typeof STEPS)[number];

interface Story {
  readonly end: keyof typeof ENDS;
  readonly verdict: keyof typeof VERDICTS;
  readonly retryEnd: (typeof RETRY_ENDS)[number];
  readonly maxRetries: number;
}

const story = fc.record<Story>({
  end: fc.constantFrom(...Object.keys(ENDS)),
  verdict: fc.constantFrom(...(Object.keys(VERDICTS) as (keyof typeof VERDICTS)[])),
  retryEnd: fc.constantFrom(...RETRY_ENDS),
  maxRetries: fc.constantFrom(0, 1, 3),
});

/** All steps in any order, and some of them again. */
const order = fc
  .array(fc.constantFrom<Step>('ringing', 'end', 'end', 'lost', 'verdict', 'accepted'), { maxLength: 4 })
  .chain((again) => fc.shuffledSubarray([...STEPS, ...again], { minLength: STEPS.length + again.length }));

describe('A call that was given up, and of which the provider tells later', () => {
  const carrier = new ObedientCarrier();
  let database: TestDatabase;
  let engine: INestApplicationContext;
  let told = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    engine = await startEngine(database.url, carrier);
  });
  afterAll(async () => {
    await engine.close();
    await database.drop();
  });
  beforeEach(async () => {
    await database.query('DELETE FROM given_up_calls');
    carrier.lookUps.length = carrier.hangUps.length = 0;
    carrier.lookup = () => ({ kind: 'unavailable', cause: 'HTTP 503' });
  });

  const newLead = (maxRetries = 3) =>
    SteppedLead.create(
      { engine, database, carrier },
      { maxRetries, phoneNumber: `+44207946${String(told++).padStart(5, '0')}` },
    );

  /** Called once, and given up. */
  async function lostLead(maxRetries?: number): Promise<{ lead: SteppedLead; jobId: string }> {
    const lead = await newLead(maxRetries);
    await lead.claim();
    const jobId = (await lead.dial({ isAnswered: true }))!;
    await lead.giveUp(jobId);
    expect((await lead.calls())[0]).toMatchObject({ status: 'lost', outcome: 'lost', is_presumed: true });
    return { lead, jobId };
  }

  async function tellOf(lead: SteppedLead, jobId: string, steps: readonly Step[], story: Story): Promise<void> {
    const { status, ...facts } = ENDS[story.end]!;
    const verdict = VERDICTS[story.verdict];
    const isTold = status === 'completed' && verdict !== null && (!facts.outcome || verdict === 'opt_out');
    const play: Record<Step, () => Promise<unknown>> = {
      accepted: () => lead.accept(jobId),
      ringing: () => lead.tell(jobId, 'ringing', { occurredAt: AT(1) }),
      answered: () =>
        status === 'completed' ? lead.tell(jobId, 'in_progress', { occurredAt: AT(5) }) : Promise.resolve(),
      end: () => lead.tell(jobId, status, { reportKey: 'end', occurredAt: AT(20), ...facts }),
      verdict: () => (isTold ? lead.record(verdictOf(jobId, verdict)) : Promise.resolve()),
      lost: () => lead.giveUp(jobId),
      claim: () => lead.claim(),
      dial: () => lead.dial({ isAnswered: true }),
      retry_end: async () => {
        const live = await lead.jobIn('active');
        if (live === undefined || live === jobId) return;
        if (story.retryEnd === 'lost') await lead.giveUp(live);
        else await lead.tell(live, story.retryEnd);
      },
    };
    for (const step of steps) await play[step]();
  }

  function verdictOf(jobId: string, outcome: 'reached' | 'goal_reached' | 'opt_out'): CallReport {
    const { status: _status, ...event } = eventOf(jobId, 'completed', { reportKey: 'verdict', occurredAt: AT(30) });
    return { ...event, outcome };
  }

  /** Columns of every row of a lead that was called once. */
  async function rowsOf(lead: SteppedLead): Promise<unknown> {
    const { status, outcome, call_attempts, next_attempt_at } = await lead.row();
    const isCalledBack = status === 'pending' && (next_attempt_at as Date).getTime() === CALL_BACK_AT.getTime();
    const { status: campaign, calls_completed, calls_failed, talk_seconds, total_cost } = await lead.campaign();
    const calls = (await lead.calls()).map((call) =>
      Object.fromEntries(
        Object.entries(call).filter(
          ([name]) =>
            !/(^|_)id$|^(phone_number|number_key|created_at|updated_at|started_at|decision|recording_url)$/.test(name),
        ),
      ),
    );
    return {
      lead: { status, outcome, call_attempts, isCalledBack },
      campaign: { campaign, calls_completed, calls_failed, talk_seconds, total_cost },
      calls,
      tallies: (await lead.tallies()).filter(
        ({ subject, status: of }) => subject !== 'dialer_job' || of !== 'canceled',
      ),
    };
  }

  async function begun(maxRetries: number): Promise<{ lead: SteppedLead; jobId: string }> {
    const lead = await newLead(maxRetries);
    await lead.claim();
    return { lead, jobId: (await lead.dial({ isAnswered: false }))! };
  }

  const broken = async () => (await verifyInvariants(engine.get(Database))).filter(({ count }) => count > 0);

  it('leads to the same rows as if it was never given up, in any order, unless there was a call since', async () => {
    await fc.assert(
      fc.asyncProperty(story, order, async (one, steps) => {
        const { lead, jobId } = await begun(one.maxRetries);
        await tellOf(lead, jobId, steps, one);
        const { status, call_attempts } = await lead.row();
        const decisive = (await lead.calls()).map(({ outcome }) => outcome);
        const isLive = (await lead.jobIn('queued', 'dialing', 'active', 'unconfirmed')) !== undefined;
        if (decisive.includes('opt_out')) expect(isLive ? 'suppressed' : status).toBe('suppressed');
        else if (decisive.some((outcome) => outcome === 'reached' || outcome === 'goal_reached'))
          expect(isLive ? 'completed' : status).toBe('completed');
        if (call_attempts !== 1 || isLive) return;
        const known = await begun(one.maxRetries);
        await tellOf(known.lead, known.jobId, TOLD, one);
        expect(await rowsOf(lead)).toEqual(await rowsOf(known.lead));
      }),
      { numRuns: 60 },
    );
    expect(await broken()).toEqual([]);
  });

  it('is noted and hung up while it goes on, and does not come back to life', async () => {
    const { lead, jobId } = await lostLead();
    await lead.tell(jobId, 'in_progress');
    expect((await lead.calls())[0]).toMatchObject({ status: 'lost', job_status: 'failed' });
    expect((await lead.row())['status']).toBe('pending');
    const events = await database.query(
      'SELECT e.status FROM call_reports e JOIN calls c ON c.id = e.call_id WHERE c.lead_id = $1 ORDER BY 1',
      [lead.leadId],
    );
    expect(events.map(({ status }) => status as string)).toEqual(['in_progress', 'lost']);
    await engine.get(GivenUpCalls).look();
    expect(carrier.hangUps.map(({ dialerJobId }) => dialerJobId)).toEqual([jobId]);
  });

  it('is asked for again, and its end is taken from the answer', async () => {
    const { lead, jobId } = await lostLead();
    carrier.lookup = () => ({ kind: 'found', report: eventOf(jobId, 'completed', { durationSeconds: 12 }) });
    await database.query('UPDATE given_up_calls SET due_at = now()');
    await engine.get(GivenUpCalls).look();
    expect((await lead.calls())[0]).toMatchObject({ status: 'completed', outcome: 'reached', duration_seconds: 12 });
    expect((await lead.row())['status']).toBe('completed');
    carrier.lookUps.length = 0;
    await database.query('UPDATE given_up_calls SET due_at = now()');
    await engine.get(GivenUpCalls).look();
    expect(carrier.lookUps.filter(({ dialerJobId }) => dialerJobId === jobId)).toEqual([]);
  });

  it('withdraws a retry that is only queued', async () => {
    const { lead, jobId } = await lostLead();
    const retry = (await lead.claim())!;
    await lead.tell(jobId, 'completed', { answeredBy: 'human', durationSeconds: 12 });
    expect(await lead.row()).toMatchObject({ status: 'completed', outcome: 'reached', call_attempts: 1 });
    const [job] = await database.query('SELECT status, reason FROM dialer_jobs WHERE id = $1', [retry]);
    expect(job).toEqual({ status: 'canceled', reason: 'outcome_told_late' });
    expect(await lead.dial({ isAnswered: true })).toBeUndefined();
  });

  it('moves a retry that has not begun to the time at which the person asked to be called', async () => {
    const { lead, jobId } = await lostLead();
    await lead.claim();
    await lead.tell(jobId, 'completed', { outcome: 'callback_requested', callbackAt: CALL_BACK_AT });
    expect(await lead.row()).toMatchObject({ status: 'pending', next_attempt_at: CALL_BACK_AT, call_attempts: 1 });
  });

  it.each(['reached', 'goal_reached', 'opt_out'] as const)(
    'lets a retry on the line go on, and lets the person rest afterwards where it came to %s',
    async (outcome) => {
      const { lead, jobId } = await lostLead();
      await lead.claim();
      const retry = (await lead.dial({ isAnswered: true }))!;
      await lead.tell(jobId, 'completed', { outcome });
      expect((await lead.row())['status']).toBe('in_progress');
      expect(await lead.jobIn('active')).toBe(retry);
      await lead.tell(retry, 'no_answer');
      expect(await lead.row()).toMatchObject({
        status: outcome === 'opt_out' ? 'suppressed' : 'completed',
        outcome,
        call_attempts: 2,
      });
      expect((await lead.calls()).map((call) => call['outcome'])).toEqual([outcome, 'no_answer']);
      expect((await lead.campaign())['status']).toBe('completed');
    },
  );

  it('outweighs a retry that has ended meanwhile, and one that is told together with it', async () => {
    const { lead, jobId } = await lostLead();
    await lead.claim();
    const retry = (await lead.dial({ isAnswered: true }))!;
    await lead.tell(retry, 'busy');
    await lead.tell(jobId, 'completed');
    expect(await lead.row()).toMatchObject({ status: 'completed', outcome: 'reached' });

    const other = await lostLead();
    await other.lead.claim();
    const second = (await other.lead.dial({ isAnswered: true }))!;
    await Promise.all([other.lead.tell(other.jobId, 'completed'), other.lead.tell(second, 'no_answer')]);
    expect(await other.lead.row()).toMatchObject({ status: 'completed', outcome: 'reached' });
  });

  it('puts the person on the do-not-call list who asked for it, while the retry is on the line', async () => {
    const { lead, jobId } = await lostLead();
    await lead.claim();
    await lead.dial({ isAnswered: true });
    await lead.tell(jobId, 'completed', { outcome: 'opt_out' });
    const { phone_number } = await lead.row();
    const listed = await database.query('SELECT source FROM dnc_entries WHERE phone_number = $1', [phone_number]);
    expect(listed).toEqual([{ source: 'opt_out' }]);
  });

  it('runs a completed campaign again whose person wants to be called back, and no other', async () => {
    const { lead, jobId } = await lostLead(0);
    expect(await lead.campaign()).toMatchObject({ status: 'completed', calls_failed: 1, calls_completed: 0 });
    await lead.tell(jobId, 'completed', { outcome: 'callback_requested', callbackAt: CALL_BACK_AT });
    expect(await lead.campaign()).toMatchObject({ status: 'running', calls_failed: 0, calls_completed: 1 });
    const other = await lostLead(0);
    await other.lead.tell(other.jobId, 'completed');
    expect(await other.lead.campaign()).toMatchObject({ status: 'completed', calls_failed: 0, calls_completed: 1 });
  });

  it('is taken off the minutes once, for as long as the provider says', async () => {
    const minutes = async () =>
      (await database.query<{ n: number }>(`SELECT minutes_remaining AS n FROM tenants WHERE id = 't'`))[0]!.n;
    const lead = await newLead();
    await lead.claim();
    const jobId = (await lead.dial({ isAnswered: true }))!;
    const before = await minutes();
    await lead.tell(jobId, 'in_progress', { occurredAt: new Date(Date.now() - 3_600_000) });
    await lead.giveUp(jobId);
    expect(await minutes()).toBe(before);
    const end = { durationSeconds: 61, endReason: 'completed' };
    await lead.tell(jobId, 'completed', end);
    await lead.tell(jobId, 'completed', end);
    await lead.tell(jobId, 'completed', { ...end, reportKey: 'look-up' });
    expect(await minutes()).toBe(before - 2);
    expect((await lead.calls())[0]).toMatchObject({ charged_minutes: 2, reserved_minutes: null, duration_seconds: 61 });
  });

  it('is no fault of the campaign’s any more', async () => {
    const { lead, jobId } = await lostLead();
    expect(await lead.campaign()).toMatchObject({ breaker_attempts: 1, breaker_faults: 1 });
    await lead.tell(jobId, 'completed');
    expect(await lead.campaign()).toMatchObject({ breaker_attempts: 0, breaker_faults: 0 });
  });

  it('completes a lead that was removed, expired or listed meanwhile as far as it may', async () => {
    const after = async (change: string) => {
      const { lead, jobId } = await lostLead();
      await database.query(`UPDATE leads SET ${change} WHERE id = $1`, [lead.leadId]);
      await lead.tell(jobId, 'completed');
      const { status, outcome } = await lead.row();
      return [status, outcome];
    };
    expect(await after(`status = 'removed'`)).toEqual(['removed', 'reached']);
    expect(await after(`status = 'expired'`)).toEqual(['completed', 'reached']);
    expect(await after(`status = 'suppressed', block_code = 'dnc'`)).toEqual(['completed', 'reached']);
    expect(await after(`status = 'suppressed', outcome = 'opt_out'`)).toEqual(['suppressed', 'opt_out']);
  });

  it('counts the person as reached who is known to have talked before it was given up', async () => {
    const lead = await newLead();
    await lead.claim();
    const jobId = (await lead.dial({ isAnswered: true }))!;
    await database.query(
      `WITH call AS (UPDATE calls SET is_relayed = true WHERE dialer_job_id = $1 RETURNING id)
       INSERT INTO conversations (tenant_id, call_id, messages, status)
       SELECT 't', id, '[{"role": "agent", "text": "Hello."}, {"role": "person", "text": "Hello?"}]', 'in_progress'
       FROM call`,
      [jobId],
    );
    await lead.giveUp(jobId);
    expect((await lead.calls())[0]).toMatchObject({ status: 'lost', outcome: 'reached' });
    expect(await lead.row()).toMatchObject({ status: 'completed', outcome: 'reached' });
  });

  it('replaces a refusal that the provider contradicts', async () => {
    const lead = await newLead();
    await lead.claim();
    const jobId = (await lead.jobIn('queued'))!;
    carrier.answer = () => ({ kind: 'rejected', fault: 'permanent', code: 'invalid_number' });
    await engine.get(CallPlacer).place(jobId);
    expect(await lead.row()).toMatchObject({ status: 'invalid', outcome: 'bad_number' });
    await lead.tell(jobId, 'ringing');
    await lead.tell(jobId, 'completed', { answeredBy: 'human', durationSeconds: 12 });
    expect((await lead.calls())[0]).toMatchObject({ status: 'completed', job_status: 'succeeded', end_reason: null });
    expect(await lead.row()).toMatchObject({ status: 'completed', outcome: 'reached' });
  });

  it('breaks nothing that must hold of the rows', async () => {
    expect(await broken()).toEqual([]);
  });
});
