import { expect, it } from 'vitest';
import { eventOf } from '../../support/obedient-carrier.js';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { startCampaign } from './stage.js';
import { TEN_MINUTES, useBudgetStage } from './minutes-budget.js';

describeOnEachQueue('A minutes budget', (backend) => {
  const stage = useBudgetStage(backend);
  const { carrier } = stage;

  it('sets aside what a call may last at most, and takes off what it has talked', async () => {
    await stage.setBudget(100);
    await startCampaign(stage, { count: 2, ...TEN_MINUTES, max_call_seconds: 601 });
    await stage.dialed(2);
    await stage.budgetBecomes(100, 22);
    stage.end(0, 61);
    await stage.budgetBecomes(98, 11);
    carrier.report(eventOf(carrier.requests[1]!.dialerJobId, 'no_answer'));
    await stage.budgetBecomes(98, 0);
    const calls = await stage.database.query(
      `SELECT reserved_minutes, charged_minutes FROM calls ORDER BY charged_minutes`,
    );
    expect(calls).toEqual([
      { reserved_minutes: null, charged_minutes: 0 },
      { reserved_minutes: null, charged_minutes: 2 },
    ]);
    expect(await stage.broken()).toEqual([]);
  });

  it('charges a call once, also when its length is told late and again', async () => {
    await stage.setBudget(100);
    await startCampaign(stage, { count: 1, ...TEN_MINUTES });
    await stage.dialed(1);
    const { dialerJobId } = carrier.requests[0]!;
    carrier.report(eventOf(dialerJobId, 'completed'));
    await stage.budgetBecomes(100, 0);
    const tell = (reportKey: string, durationSeconds: number, summary: string) =>
      carrier.report({
        ...eventOf(dialerJobId, 'completed'),
        reportKey: reportKey,
        status: undefined,
        durationSeconds,
        summary,
      });
    tell('late', 200, 'told');
    await stage.budgetBecomes(96, 0);
    tell('later', 500, 'told again');
    await until(
      'both are written',
      async () => (await stage.database.query(`SELECT 1 FROM call_reports WHERE report_key = 'later'`)).length === 1,
    );
    expect(await stage.budget()).toEqual({ minutes_remaining: 96, minutes_reserved: 0 });
  });

  it('is no matter to a tenant that has none, and to no other tenant', async () => {
    await stage.database.query(`INSERT INTO tenants (business_name, minutes_remaining) VALUES ('Somebody else', 0)`);
    await startCampaign(stage, { count: 3, ...TEN_MINUTES });
    await stage.dialed(3);
    for (const n of [0, 1, 2]) stage.end(n, 300);
    await until(
      'all have ended',
      async () => (await stage.database.query(`SELECT 1 FROM calls WHERE ended_at IS NULL`)).length === 0,
    );
    expect(await stage.budget()).toEqual({ minutes_remaining: null, minutes_reserved: 0 });
    const me = await stage.client.get('/auth/me');
    expect(me.body).toMatchObject({ minutes_remaining: 0, minutes_unlimited: true });
  });

  it('shows to whoever asks who they are', async () => {
    await stage.setBudget(7);
    const me = await stage.client.get('/auth/me');
    expect(me.body).toMatchObject({ minutes_remaining: 7, minutes_unlimited: false });
  });

  it('gets back what was set aside for an attempt that the provider did not take', async () => {
    await stage.setBudget(10);
    carrier.answer = () => ({ kind: 'rejected', fault: 'throttle', code: 'slow_down', retryAfterSeconds: 3600 });
    await startCampaign(stage, { count: 1, ...TEN_MINUTES });
    await stage.dialed(1);
    await until('it is given back', async () => (await stage.database.query(`SELECT 1 FROM calls`)).length === 0);
    expect(await stage.budget()).toEqual({ minutes_remaining: 10, minutes_reserved: 0 });
  });

  it('charges calls that were placed before there was one, down to nothing and no further', async () => {
    await startCampaign(stage, { count: 2, ...TEN_MINUTES });
    await stage.dialed(2);
    await stage.setBudget(3);
    stage.end(0, 120);
    await stage.budgetBecomes(1, 0);
    stage.end(1, 600);
    await stage.budgetBecomes(0, 0);
  });

  it('can be lifted and set anew while calls that reserved of it are on the line', async () => {
    await stage.setBudget(20);
    await startCampaign(stage, { count: 2, ...TEN_MINUTES });
    await stage.dialed(2);
    await stage.budgetBecomes(20, 20);
    await stage.setBudget(null);
    stage.end(0, 120);
    await stage.budgetBecomes(null, 10);
    await stage.setBudget(0);
    await stage.budgetBecomes(0, 10);
    stage.end(1, 120);
    await stage.budgetBecomes(0, 0);
    expect(await stage.broken()).toEqual([]);
  });

  it('is set for admins, in whole minutes, and on the record', async () => {
    for (const minutes of [-1, 1.5, '10'])
      expect(await stage.client.patch('/tenant', { minutes_remaining: minutes })).toMatchObject({ status: 422 });
    await stage.setBudget(33);
    const [act] = await stage.database.query(`SELECT detail FROM audit_log ORDER BY seq DESC LIMIT 1`);
    expect(act).toEqual({ detail: { minutes_remaining: 33 } });
  });
});
