import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataSourceOptions } from '#database/data-source-options.js';
import { Database } from '#database/connection/database.js';
import { verifyInvariants } from '#database/statements/ops/verify-invariants.js';
import { eventOf, ObedientCarrier } from '../harness/obedient-carrier.js';
import { createCampaign } from '../harness/running-api.js';
import { until } from '../harness/until.js';
import { clearStage, campaignOf, setStage, startCampaign, type QueueBackend, type Stage } from './stage.js';

interface Budget {
  readonly minutes_remaining: number | null;
  readonly minutes_reserved: number;
}

const TEN_MINUTES = { max_call_seconds: 600, retry_failed: false };

/** A constraint would keep the engine from it, and it would try again: nobody would notice. */
const NOTE_OVERDRAFTS = `
  CREATE TABLE overdrafts (remaining integer, reserved integer);
  CREATE FUNCTION note_overdraft() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN
    INSERT INTO public.overdrafts VALUES (NEW.minutes_remaining, NEW.minutes_reserved);
    RETURN NULL;
  END $$;
  CREATE TRIGGER tenants_note_overdraft AFTER UPDATE ON tenants
    FOR EACH ROW WHEN (NEW.minutes_reserved > NEW.minutes_remaining) EXECUTE FUNCTION note_overdraft()`;

/** What a tenant's minutes allow. */
export function describeBudget(backend: QueueBackend): void {
  describe(`A minutes budget, with the queue on ${backend}`, () => {
    const carrier = new ObedientCarrier();
    let stage: Stage;

    beforeAll(async () => {
      stage = await setStage(backend, carrier);
    });

    afterAll(() => stage.close());

    const clear = () =>
      clearStage(
        stage.database,
        'DELETE FROM campaigns; UPDATE tenants SET minutes_remaining = NULL, minutes_reserved = 0',
      );

    beforeEach(async () => {
      await clear();
      carrier.requests.length = 0;
      carrier.answer = (request) => carrier.accept(request);
    });

    const setBudget = (minutes_remaining: number | null) => stage.client.patch('/tenant', { minutes_remaining });
    const budget = async (): Promise<Budget> => {
      const { tenant } = (await stage.client.get<{ tenant: Budget }>('/tenant')).body;
      return { minutes_remaining: tenant.minutes_remaining, minutes_reserved: tenant.minutes_reserved };
    };
    const becomes = (minutes_remaining: number | null, minutes_reserved: number) =>
      until(`${minutes_remaining} minutes remain, ${minutes_reserved} of them reserved`, async () => {
        const now = await budget();
        return now.minutes_remaining === minutes_remaining && now.minutes_reserved === minutes_reserved;
      });
    const dialed = (count: number) => until(`${count} are dialed`, async () => carrier.requests.length >= count);
    const isStopped = (id: string) =>
      until('the campaign is paused', async () => (await campaignOf(stage, id)).status === 'paused');
    const end = (n: number, durationSeconds: number) =>
      carrier.report({ ...eventOf(carrier.requests[n]!.dialerJobId, 'completed'), durationSeconds });
    const broken = async () => {
      const source = await new DataSource(dataSourceOptions(stage.database.url, { poolSize: 1 })).initialize();
      const verdicts = await new Database(source).transaction(verifyInvariants);
      await source.destroy();
      return verdicts.filter(({ count }) => count > 0).map(({ name }) => name);
    };

    it('sets aside what a call may last at most, and takes off what it has talked', async () => {
      await setBudget(100);
      await startCampaign(stage, { count: 2, ...TEN_MINUTES, max_call_seconds: 601 });
      await dialed(2);
      await becomes(100, 22);
      end(0, 61);
      await becomes(98, 11);
      carrier.report(eventOf(carrier.requests[1]!.dialerJobId, 'no_answer'));
      await becomes(98, 0);
      const calls = await stage.database.query(
        `SELECT reserved_minutes, charged_minutes FROM calls ORDER BY charged_minutes`,
      );
      expect(calls).toEqual([
        { reserved_minutes: null, charged_minutes: 0 },
        { reserved_minutes: null, charged_minutes: 2 },
      ]);
      expect(await broken()).toEqual([]);
    });

    it('charges a call once, also when its length is told late and again', async () => {
      await setBudget(100);
      await startCampaign(stage, { count: 1, ...TEN_MINUTES });
      await dialed(1);
      const { dialerJobId } = carrier.requests[0]!;
      carrier.report(eventOf(dialerJobId, 'completed'));
      await becomes(100, 0);
      const tell = (eventKey: string, durationSeconds: number, summary: string) =>
        carrier.report({ ...eventOf(dialerJobId, 'completed'), eventKey, status: undefined, durationSeconds, summary });
      tell('late', 200, 'told');
      await becomes(96, 0);
      tell('later', 500, 'told again');
      await until(
        'both are written',
        async () => (await stage.database.query(`SELECT 1 FROM call_events WHERE event_key = 'later'`)).length === 1,
      );
      expect(await budget()).toEqual({ minutes_remaining: 96, minutes_reserved: 0 });
    });

    it('stops all campaigns when it carries no further call, until somebody raises it and resumes', async () => {
      await setBudget(25);
      const other = await startCampaign(stage, { count: 0, ...TEN_MINUTES });
      const campaign = await startCampaign(stage, { count: 5, ...TEN_MINUTES });
      await dialed(2);
      for (const { id } of [other, campaign]) {
        await isStopped(id);
        expect(await campaignOf(stage, id)).toMatchObject({ status: 'paused', status_reason: 'budget' });
      }
      const { body } = await stage.client.get(`/campaigns/${campaign.id}/diagnostics`);
      expect(body).toMatchObject({
        blocked_by: [{ code: 'paused', detail: expect.stringContaining('minutes budget') }],
      });
      expect(await budget()).toEqual({ minutes_remaining: 25, minutes_reserved: 20 });
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
      expect(await setBudget(50)).toMatchObject({ status: 200, body: { tenant: { minutes_remaining: 50 } } });
      expect(await stage.client.post(`/campaigns/${campaign.id}/resume`)).toMatchObject({ status: 200 });
      await dialed(5);
      await becomes(50, 50);
      expect(await broken()).toEqual([]);
    });

    it('can be resumed once calls on the line have freed what they did not need', async () => {
      await setBudget(10);
      const campaign = await startCampaign(stage, { count: 2, ...TEN_MINUTES });
      await isStopped(campaign.id);
      end(0, 0);
      await becomes(10, 0);
      expect(await stage.client.post(`/campaigns/${campaign.id}/resume`)).toMatchObject({ status: 200 });
      await dialed(2);
    });

    it('is no matter to a tenant that has none, and to no other tenant', async () => {
      await stage.database.query(`INSERT INTO tenants (business_name, minutes_remaining) VALUES ('Somebody else', 0)`);
      await startCampaign(stage, { count: 3, ...TEN_MINUTES });
      await dialed(3);
      for (const n of [0, 1, 2]) end(n, 300);
      await until(
        'all have ended',
        async () => (await stage.database.query(`SELECT 1 FROM calls WHERE ended_at IS NULL`)).length === 0,
      );
      expect(await budget()).toEqual({ minutes_remaining: null, minutes_reserved: 0 });
      const me = await stage.client.get('/auth/me');
      expect(me.body).toMatchObject({ minutes_remaining: 0, minutes_unlimited: true });
    });

    it('shows to whoever asks who they are', async () => {
      await setBudget(7);
      const me = await stage.client.get('/auth/me');
      expect(me.body).toMatchObject({ minutes_remaining: 7, minutes_unlimited: false });
    });

    it('gets back what was set aside for an attempt that the provider did not take', async () => {
      await setBudget(10);
      carrier.answer = () => ({ kind: 'rejected', fault: 'throttle', code: 'slow_down', retryAfterSeconds: 3600 });
      await startCampaign(stage, { count: 1, ...TEN_MINUTES });
      await dialed(1);
      await until('it is given back', async () => (await stage.database.query(`SELECT 1 FROM calls`)).length === 0);
      expect(await budget()).toEqual({ minutes_remaining: 10, minutes_reserved: 0 });
    });

    it('charges calls that were placed before there was one, down to nothing and no further', async () => {
      await startCampaign(stage, { count: 2, ...TEN_MINUTES });
      await dialed(2);
      await setBudget(3);
      end(0, 120);
      await becomes(1, 0);
      end(1, 600);
      await becomes(0, 0);
    });

    it('can be lifted and set anew while calls that reserved of it are on the line', async () => {
      await setBudget(20);
      await startCampaign(stage, { count: 2, ...TEN_MINUTES });
      await dialed(2);
      await becomes(20, 20);
      await setBudget(null);
      end(0, 120);
      await becomes(null, 10);
      await setBudget(0);
      await becomes(0, 10);
      end(1, 120);
      await becomes(0, 0);
      expect(await broken()).toEqual([]);
    });

    it('is never overdrawn, however many campaigns place calls at the same time', async () => {
      await stage.database.query(NOTE_OVERDRAFTS);
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 40 }),
          fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 4 }),
          async (minutes, campaigns) => {
            await clear();
            await setBudget(Math.max(minutes, ...campaigns));
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
            const { minutes_remaining, minutes_reserved } = await budget();
            expect(minutes_reserved).toBeLessThanOrEqual(minutes_remaining!);
            expect(await broken()).toEqual([]);
          },
        ),
        { numRuns: 6 },
      );
      expect(await stage.database.query(`SELECT * FROM overdrafts`)).toEqual([]);
    });

    it('is set for admins, in whole minutes, and on the record', async () => {
      for (const minutes of [-1, 1.5, '10'])
        expect(await stage.client.patch('/tenant', { minutes_remaining: minutes })).toMatchObject({ status: 422 });
      await setBudget(33);
      const [act] = await stage.database.query(`SELECT detail FROM audit_log ORDER BY seq DESC LIMIT 1`);
      expect(act).toEqual({ detail: { minutes_remaining: 33 } });
    });
  });
}
