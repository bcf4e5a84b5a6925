import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventOf } from '../../support/obedient-carrier.js';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { useObedientStage } from './obedient-stage.js';
import { startCampaign } from './stage.js';
import { watchStatuses } from './watched-statuses.js';

/** A contact that opts out is on the do-not-call list. */
const CLEAR = 'DELETE FROM campaigns; DELETE FROM dnc_entries';

describeOnEachQueue('Reports', (backend) => {
  const stage = useObedientStage(backend, CLEAR);
  const { carrier } = stage;
  watchStatuses(stage);

  it('give the same rows in any order and any number of times', async () => {
    await startCampaign(stage, { count: 6, max_concurrent_calls: 6 });
    await until('all are dialed', async () => carrier.requests.length === 6);
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 3, 0, 1],
      [3, 3, 2, 2, 1, 0, 0],
      [2, 0, 3, 1, 2],
      [1, 3, 0, 2],
    ];
    for (const [index, { dialerJobId }] of carrier.requests.entries()) {
      const events = fourEvents(dialerJobId);
      for (const step of orders[index]!) carrier.report(events[step]!);
    }
    await until(
      'all have ended and reported',
      async () =>
        (
          await stage.database.query(
            `SELECT 1 FROM calls WHERE summary IS NOT NULL AND ended_at IS NOT NULL AND answered_at IS NOT NULL`,
          )
        ).length === 6,
    );
    const rows = await stage.database.query(
      `SELECT DISTINCT status, outcome, answered_at, ended_at, duration_seconds, summary, cost FROM calls`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      status: 'completed',
      outcome: 'goal_reached',
      duration_seconds: 30,
      summary: 'Said yes.',
    });
    expect(await stage.database.query(`SELECT DISTINCT status FROM leads`)).toEqual([{ status: 'completed' }]);
  });

  it('give the same rows in random orders, repeated and lost, once a look-up has filled the gaps', async () => {
    const calls = 40;
    await startCampaign(stage, { count: calls, max_concurrent_calls: calls });
    await until('all are dialed', async () => carrier.requests.length === calls);
    const orders = fc.sample(fc.array(fc.nat(3), { maxLength: 9 }), calls);
    for (const [index, { dialerJobId }] of carrier.requests.entries()) {
      const events = fourEvents(dialerJobId);
      for (const step of orders[index]!) carrier.report(events[step]!);
    }
    carrier.lookup = ({ dialerJobId }) => ({ kind: 'found', report: lookedUp(dialerJobId) });
    await until('every call has ended', async () => {
      await stage.sweepNow();
      return (await stage.jobs()).every((job) => job['check_at'] === null);
    });
    for (const { dialerJobId } of carrier.requests) carrier.report(fourEvents(dialerJobId)[3]!);
    const rows = () =>
      stage.database.query(`
        SELECT DISTINCT c.status, c.outcome, c.ended_at, c.summary, c.cost,
          l.status AS lead, l.outcome AS of_lead, l.call_attempts
        FROM calls c JOIN leads l ON l.id = c.lead_id`);
    await until('all rows are the same', async () => (await rows()).length === 1);
    expect((await rows())[0]).toMatchObject({
      status: 'completed',
      outcome: 'goal_reached',
      summary: 'Said yes.',
      lead: 'completed',
      of_lead: 'goal_reached',
      call_attempts: 1,
    });
  });

  it.each([
    ['opt_out', 'suppressed'],
    ['callback_requested', 'pending'],
    ['voicemail', 'pending'],
    ['goal_reached', 'completed'],
  ] as const)(
    'have the same effect for %s, told before the end of the call or after the campaign has completed',
    async (outcome, status) => {
      const callbackAt = new Date(Date.now() + 2 * 24 * 3_600_000);
      const report = (jobId: string) => ({
        ...eventOf(jobId, 'completed'),
        reportKey: 'report',
        status: undefined,
        outcome,
        ...(outcome === 'callback_requested' ? { callbackAt } : {}),
      });
      const campaign = await startCampaign(stage, { count: 2 });
      await stage.dialed(2);
      const [early, late] = carrier.requests.map(({ dialerJobId }) => dialerJobId);
      carrier.report(report(early!));
      carrier.report(eventOf(early!, 'completed'));
      await until('the first has ended', async () => (await stage.leads()).some((lead) => lead['status'] === status));
      carrier.report(eventOf(late!, 'completed'));
      await stage.nothingLive();
      carrier.report(report(late!));
      await until('both have come to the same', async () =>
        (await stage.leads()).every((lead) => lead['outcome'] === outcome),
      );
      const [first, second] = await stage.leads();
      expect([first!['status'], second!['status']]).toEqual([status, status]);
      if (outcome === 'callback_requested')
        expect([first!['next_attempt_at'], second!['next_attempt_at']]).toEqual([callbackAt, callbackAt]);
      expect(await stage.statusOf(campaign.id)).toBe(status === 'pending' ? 'running' : 'completed');
    },
  );

  it('that cannot be stored as they are keep no other from being stored', async () => {
    await startCampaign(stage, { count: 2, max_concurrent_calls: 2 });
    await until('both are dialed', async () => carrier.requests.length === 2);
    const [first, second] = carrier.requests.map(({ dialerJobId }) => dialerJobId);
    carrier.report(eventOf(first!, 'completed', { transcript: 'Agent: a\u0000b', cost: 'not a number' }));
    carrier.report(eventOf(second!, 'completed', { transcript: 'Agent: c\u0000d' }));
    await until(
      'the one that can be stored is',
      async () =>
        (
          await stage.database.query(`SELECT 1 FROM calls WHERE dialer_job_id = $1 AND transcript = 'Agent: cd'`, [
            second,
          ])
        ).length === 1,
    );
  });

  it('leave no recording of a campaign that wants none, whoever made it', async () => {
    await startCampaign(stage, { count: 1, record_calls: false });
    await stage.dialed(1);
    const { dialerJobId } = carrier.requests[0]!;
    carrier.report(eventOf(dialerJobId, 'completed', { recordingUrl: 'made:anyway', summary: 'They talked.' }));
    await stage.nothingLive();
    const [call] = await stage.database.query('SELECT recording_url, summary FROM calls');
    expect(call).toEqual({ recording_url: null, summary: 'They talked.' });
    expect(await stage.database.query('SELECT 1 FROM recordings')).toEqual([]);
  });
});

/** A whole second that comes after all calls of these tests were placed, and is near enough to be believed. */
const TALK_BEGAN_MS = Math.ceil(Date.now() / 1000) * 1000 + 3_600_000;

function fourEvents(dialerJobId: string) {
  const at = (seconds: number) => ({ occurredAt: new Date(TALK_BEGAN_MS + 1000 * seconds) });
  return [
    eventOf(dialerJobId, 'ringing', at(0)),
    eventOf(dialerJobId, 'in_progress', { ...at(5), answeredBy: 'human' }),
    eventOf(dialerJobId, 'completed', at(35)),
    {
      ...eventOf(dialerJobId, 'completed', at(36)),
      reportKey: 'report',
      status: undefined,
      outcome: 'goal_reached' as const,
      summary: 'Said yes.',
      cost: '0.014',
    },
  ];
}

/** The answer of the carrier to a look-up after the end. */
function lookedUp(dialerJobId: string) {
  const [, , ended] = fourEvents(dialerJobId);
  return { ...ended!, reportKey: 'lookup-ended' };
}
