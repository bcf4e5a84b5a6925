import { expect, it } from 'vitest';
import { Sweeper } from '#dialer/sweep/sweeper.js';
import { eventOf } from '../../support/obedient-carrier.js';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { useObedientStage } from './obedient-stage.js';
import { startCampaign } from './stage.js';

describeOnEachQueue('Hang-ups', (backend) => {
  const stage = useObedientStage(backend);
  const { carrier } = stage;

  it('end all calls of a campaign when its stop says so, whichever worker placed them', async () => {
    const campaign = await startCampaign(stage, { count: 2 });
    await stage.dialed(2);
    await until(
      'both are on the line',
      async () => (await stage.database.query(`SELECT 1 FROM dialer_jobs WHERE status = 'active'`)).length === 2,
    );
    carrier.lookup = ({ dialerJobId }) => ({
      kind: 'found',
      report: carrier.hangUps.some((one) => one.dialerJobId === dialerJobId)
        ? { ...eventOf(dialerJobId, 'completed'), endReason: 'hung_up' }
        : eventOf(dialerJobId, 'in_progress'),
    });
    expect(await stage.client.post(`/campaigns/${campaign.id}/stop`, { hangup_in_flight: true })).toMatchObject({
      status: 200,
      body: { status: 'stopped', in_flight: 2 },
    });
    await stage.nothingLive();
    expect(carrier.hangUps).toHaveLength(2);
    const calls = await stage.database.query(`SELECT status, end_reason FROM calls`);
    expect(calls).toEqual([1, 2].map(() => ({ status: 'completed', end_reason: 'hung_up' })));
  });

  it.each(['hangup', 'continue'])(
    'follow the action %s for machines once the provider knows of one',
    async (action) => {
      await startCampaign(stage, { count: 2, voicemail_action: action });
      await stage.dialed(2);
      const [machine, person] = carrier.requests.map(({ dialerJobId }) => dialerJobId);
      carrier.lookup = ({ dialerJobId }) => ({ kind: 'found', report: eventOf(dialerJobId, 'in_progress') });
      carrier.report(eventOf(machine!, 'in_progress'));
      carrier.report(eventOf(person!, 'in_progress', { answeredBy: 'human' }));
      carrier.report({
        ...eventOf(machine!, 'in_progress'),
        reportKey: 'amd',
        status: undefined,
        answeredBy: 'machine',
      });
      await until(
        'it is known who took them',
        async () => (await stage.database.query('SELECT 1 FROM calls WHERE answered_by IS NOT NULL')).length === 2,
      );
      await stage.sweepNow();
      expect([...new Set(carrier.hangUps.map(({ dialerJobId }) => dialerJobId))]).toEqual(
        action === 'hangup' ? [machine] : [],
      );
      stage.endAll('completed');
      await stage.nothingLive();
      const outcomes = await stage.database.query('SELECT outcome FROM calls ORDER BY outcome');
      expect(outcomes).toEqual([{ outcome: 'reached' }, { outcome: 'voicemail' }]);
    },
  );

  it('end a call that rings for longer than it may, and its outcome is no_answer', async () => {
    await startCampaign(stage, { count: 1, ring_timeout_seconds: 15 });
    await stage.dialed(1);
    const { dialerJobId } = carrier.requests[0]!;
    carrier.lookup = () => ({ kind: 'found', report: eventOf(dialerJobId, 'ringing') });
    carrier.report(eventOf(dialerJobId, 'ringing'));
    await until(
      'it rings',
      async () => (await stage.database.query(`SELECT 1 FROM calls WHERE status = 'ringing'`))[0],
    );
    await stage.sweepNow();
    expect(carrier.hangUps).toEqual([]);
    carrier.lookup = () => ({ kind: 'found', report: eventOf(dialerJobId, 'ringing', { ageSeconds: 36 }) });
    await stage.sweepNow();
    await until('it is hung up', async () => carrier.hangUps.length > 0);
    expect(carrier.hangUps[0]).toMatchObject({ dialerJobId });
    stage.endAll('canceled');
    await stage.nothingLive();
    const [call] = await stage.database.query('SELECT status, outcome, end_reason FROM calls');
    expect(call).toEqual({ status: 'canceled', outcome: 'no_answer', end_reason: 'ring_timeout' });
  });

  it('end a call that was accepted after it had been given up as lost', async () => {
    let letGo: () => void = () => undefined;
    carrier.answer = (request) => new Promise((resolve) => (letGo = () => resolve(carrier.accept(request))));
    await startCampaign(stage, { count: 1 });
    await until('the carrier is being asked', async () => carrier.requests.length === 1);
    carrier.lookup = () => ({ kind: 'not_found', isFinal: true });
    await until('the call is given up', async () => {
      await stage.database.query(`UPDATE dialer_jobs SET check_at = now() WHERE id IN (
        SELECT id FROM dialer_jobs WHERE check_at IS NOT NULL ORDER BY id FOR UPDATE)`);
      await stage.worker.get(Sweeper).sweep();
      return (await stage.database.query(`SELECT 1 FROM calls WHERE status = 'lost'`)).length === 1;
    });
    letGo();
    await until('it is hung up', async () => carrier.hangUps.length === 1);
  });
});
