import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCampaign } from '../../support/running-api.js';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { campaignOf, startCampaign } from './stage.js';
import { TEN_MINUTES, useBudgetStage } from './minutes-budget.js';

/** Notes overdrafts in a table: a constraint would make the engine try again, and no test would notice. */
const NOTE_OVERDRAFTS = `
  CREATE TABLE overdrafts (remaining integer, reserved integer);
  CREATE FUNCTION note_overdraft() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN
    INSERT INTO public.overdrafts VALUES (NEW.minutes_remaining, NEW.minutes_reserved);
    RETURN NULL;
  END $$;
  CREATE TRIGGER tenants_note_overdraft AFTER UPDATE ON tenants
    FOR EACH ROW WHEN (NEW.minutes_reserved > NEW.minutes_remaining) EXECUTE FUNCTION note_overdraft()`;

describeOnEachQueue('A minutes budget that runs out', (backend) => {
  const stage = useBudgetStage(backend);
  const { carrier } = stage;

  it('stops all campaigns when it carries no further call, until somebody raises it and resumes', async () => {
    await stage.setBudget(25);
    const other = await startCampaign(stage, { count: 0, ...TEN_MINUTES });
    const campaign = await startCampaign(stage, { count: 5, ...TEN_MINUTES });
    await stage.dialed(2);
    for (const { id } of [other, campaign]) {
      await stage.becomes(id, 'paused');
      expect(await campaignOf(stage, id)).toMatchObject({ status: 'paused', status_reason: 'budget' });
    }
    const { body } = await stage.client.get(`/campaigns/${campaign.id}/diagnostics`);
    expect(body).toMatchObject({
      blocked_by: [{ code: 'paused', detail: expect.stringContaining('minutes budget') }],
    });
    expect(await stage.budget()).toEqual({ minutes_remaining: 25, minutes_reserved: 20 });
    const leads = await stage.database.query(
      `SELECT status, call_attempts, count(*)::int AS n FROM leads GROUP BY 1, 2 ORDER BY 1`,
    );
    expect(leads).toEqual([
      { status: 'in_progress', call_attempts: 1, n: 2 },
      { status: 'pending', call_attempts: 0, n: 3 },
    ]);
    const draft = await createCampaign(stage.client, TEN_MINUTES);
    for (const command of [`${campaign.id}/resume`, `${campaign.id}/start`, `${draft.id}/start`]) {
      expect(await stage.client.post(`/campaigns/${command}`)).toMatchObject({
        status: 409,
        body: { code: 'budget_exhausted' },
      });
    }
    expect(await stage.setBudget(50)).toMatchObject({ status: 200, body: { tenant: { minutes_remaining: 50 } } });
    expect(await stage.client.post(`/campaigns/${campaign.id}/resume`)).toMatchObject({ status: 200 });
    await stage.dialed(5);
    await stage.budgetBecomes(50, 50);
    expect(await stage.broken()).toEqual([]);
  });

  it('can be resumed once calls on the line have freed what they did not need', async () => {
    await stage.setBudget(10);
    const campaign = await startCampaign(stage, { count: 2, ...TEN_MINUTES });
    await stage.becomes(campaign.id, 'paused');
    stage.end(0, 0);
    await stage.budgetBecomes(10, 0);
    expect(await stage.client.post(`/campaigns/${campaign.id}/resume`)).toMatchObject({ status: 200 });
    await stage.dialed(2);
  });

  it('is never overdrawn, however many campaigns place calls at the same time', async () => {
    await stage.database.query(NOTE_OVERDRAFTS);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 40 }),
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 4 }),
        async (minutes, campaigns) => {
          await stage.clear();
          await stage.setBudget(Math.max(minutes, ...campaigns));
          carrier.requests.length = 0;
          const started = await Promise.all(
            campaigns.map((callMinutes, n) =>
              startCampaign(stage, {
                count: 8,
                from: n * 10,
                retry_failed: false,
                max_call_seconds: callMinutes * 60,
              }),
            ),
          );
          await until('each campaign is stopped or has dialed everybody', async () => {
            const rest = await stage.database.query(
              `SELECT 1 FROM campaigns k WHERE id = ANY($1) AND status = 'running'
               AND (SELECT count(*) FROM calls WHERE campaign_id = k.id) < 8`,
              [started.map(({ id }) => id)],
            );
            return rest.length === 0;
          });
          const { minutes_remaining, minutes_reserved } = await stage.budget();
          expect(minutes_reserved).toBeLessThanOrEqual(minutes_remaining!);
          expect(await stage.broken()).toEqual([]);
        },
      ),
      { numRuns: 6 },
    );
    expect(await stage.database.query(`SELECT * FROM overdrafts`)).toEqual([]);
  });
});
