import type { INestApplicationContext } from '@nestjs/common';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PlaceCallRequest } from '#telephony/port/telephony-provider.js';
import { eventOf, ObedientCarrier } from '../harness/obedient-carrier.js';
import { dramaNumber, newAdmin } from '../harness/running-api.js';
import { startWorker } from '../harness/running-worker.js';
import { testConfig } from '../harness/test-config.js';
import { until } from '../harness/until.js';
import { clearStage, campaignOf, setStage, startCampaign, type QueueBackend, type Stage } from './stage.js';

const [ONE, TWO] = ['+442079461001', '+442079461002'] as const;

/** Locks in the engine's order: deadlocks are counted here, and these would be our own. */
const CLEAR = `
  SELECT FROM campaigns ORDER BY id FOR UPDATE;
  SELECT FROM dialer_jobs ORDER BY id FOR UPDATE;
  SELECT FROM calls ORDER BY id FOR UPDATE;
  DELETE FROM campaigns;
  DELETE FROM caller_ids`;

/** Numbers that calls come from, drawn by two workers. */
export function describeCallerIds(backend: QueueBackend): void {
  describe(`Caller ids, with the queue on ${backend}`, () => {
    const carrier = new ObedientCarrier();
    let stage: Stage;
    let second: INestApplicationContext;

    beforeAll(async () => {
      stage = await setStage(backend, carrier);
      const queue = stage.redis ? { REDIS_URL: stage.redis.url } : {};
      second = await startWorker(testConfig(stage.database.url, queue), carrier);
    });

    afterAll(async () => {
      await second.close();
      await stage.close();
    });

    const clear = () => clearStage(stage.database, CLEAR);

    beforeEach(async () => {
      await clear();
      carrier.requests.length = 0;
      carrier.answer = (request) => carrier.accept(request);
    });

    const add = async (phone_number: string, daily_cap: number | null = null): Promise<string> => {
      const { status, body } = await stage.client.post<{ caller_id: { id: string } }>('/caller-ids', {
        phone_number,
        daily_cap,
      });
      expect(status).toBe(201);
      return body.caller_id.id;
    };
    const requested = (count: number) => until(`${count} are asked for`, async () => carrier.requests.length >= count);
    const froms = () => carrier.requests.map(({ from }) => from);
    const end = (n: number) => carrier.report(eventOf(carrier.requests[n]!.dialerJobId, 'no_answer'));
    /** Retries wait for minutes; here their time has come. */
    const hurriedTo = (count: number) =>
      until(`${count} are asked for`, async () => {
        await stage.database.query(`
          UPDATE leads SET next_attempt_at = now() WHERE id IN (
            SELECT id FROM leads WHERE status = 'pending' AND call_attempts > 0 AND next_attempt_at > now() FOR UPDATE SKIP LOCKED)`);
        return carrier.requests.length >= count;
      });
    /** Nothing is being placed, and whoever is left waits for the day after. */
    const isQuiet = async () => {
      const [row] = await stage.database.query<{ quiet: boolean }>(`
        SELECT NOT EXISTS (SELECT FROM dialer_jobs WHERE status IN ('queued', 'dialing')) AND NOT EXISTS (
          SELECT FROM campaigns k WHERE k.status = 'running' AND k.wake_at <= now() + interval '1 second') AS quiet`);
      return row!.quiet;
    };

    it('are drawn in turn, shown to the provider and kept with the call', async () => {
      await add(ONE);
      await add(TWO);
      await startCampaign(stage, { count: 4 });
      await requested(4);
      const uses = (numbers: readonly (string | null)[]) =>
        [ONE, TWO].map((number) => numbers.filter((one) => one === number).length);
      expect(uses(froms())).toEqual([2, 2]);
      const { body } = await stage.client.get<{ items: { from_number: string }[] }>('/calls');
      expect(uses(body.items.map(({ from_number }) => from_number))).toEqual([2, 2]);
      const pool = await stage.client.get<{ caller_ids: { calls_today: number }[] }>('/caller-ids');
      expect(pool.body.caller_ids.map(({ calls_today }) => calls_today)).toEqual([2, 2]);
    });

    it('stay the same for whoever is called again, and change where they may not be used any more', async () => {
      const ids = { [ONE]: await add(ONE), [TWO]: await add(TWO) };
      await startCampaign(stage, { count: 2, max_retries: 5 });
      await requested(2);
      const first = new Map(carrier.requests.map(({ to, from }) => [to, from]));
      expect(new Set(first.values()).size).toBe(2);
      for (const n of [0, 1]) end(n);
      await hurriedTo(4);
      for (const { to, from } of carrier.requests.slice(2)) expect(from).toBe(first.get(to));
      for (const n of [2, 3]) end(n);
      expect(await stage.client.patch(`/caller-ids/${ids[ONE]}`, { is_active: false })).toMatchObject({ status: 200 });
      await hurriedTo(6);
      expect(froms().slice(4)).toEqual([TWO, TWO]);
    });

    it('change for whoever is called again when theirs is used up for the day: nobody waits while another is free', async () => {
      await add(ONE, 1);
      await startCampaign(stage, { count: 1, max_retries: 5 });
      await requested(1);
      await add(TWO);
      end(0);
      await hurriedTo(2);
      end(1);
      await hurriedTo(3);
      expect(froms()).toEqual([ONE, TWO, TWO]);
    });

    it('are no matter to a campaign that names a number of its own, but for that number', async () => {
      await add(ONE);
      await startCampaign(stage, { count: 2, from_number: '+44 20 7946 1009' });
      await requested(2);
      expect(froms()).toEqual(['+442079461009', '+442079461009']);
      await add(TWO, 1);
      await startCampaign(stage, { count: 3, from: 10, from_number: TWO });
      await requested(3);
      await until('nothing more is placed', isQuiet);
      expect(froms().filter((from) => from === TWO)).toHaveLength(1);
    });

    it('are another tenant’s business', async () => {
      await add(ONE);
      const other = { ...stage, client: await newAdmin(stage.api.client) };
      await startCampaign(other, { count: 1 });
      await requested(1);
      expect(froms()).toEqual([null]);
    });

    it('when they are used up keep people waiting for the next day, without an attempt, until there is another', async () => {
      await add(ONE, 2);
      const campaign = await startCampaign(stage, { count: 6, max_concurrent_calls: 4, retry_failed: false });
      await requested(2);
      await until('nothing more is placed', isQuiet);
      expect(carrier.requests).toHaveLength(2);
      const midnight = new Date(new Date().setUTCHours(24, 0, 0, 0)).toISOString();
      const waiting = await stage.database.query(`
        SELECT block_code, next_attempt_at FROM leads WHERE call_attempts = 0 AND block_code IS NOT NULL`);
      expect(waiting).toEqual([
        { block_code: 'caller_ids_used', next_attempt_at: new Date(midnight) },
        { block_code: 'caller_ids_used', next_attempt_at: new Date(midnight) },
      ]);
      const preflight = await stage.client.post(`/campaigns/${campaign.id}/preflight`);
      expect(preflight.body).toMatchObject({
        line_obstacle: null,
        contacts: { now: 0 },
        reasons: [{ code: 'caller_ids_used', contacts: 4, until: midnight }],
      });
      const [lead] = await stage.database.query(`SELECT id FROM leads WHERE call_attempts = 0 LIMIT 1`);
      const eligibility = await stage.client.get(`/campaigns/${campaign.id}/contacts/${lead!['id']}/eligibility`);
      expect(eligibility.body).toMatchObject({
        is_eligible: false,
        code: 'caller_ids_used',
        next_eligible_at: midnight,
      });
      const diagnostics = await stage.client.get<{ blocked_by: { code: string; until: string }[] }>(
        `/campaigns/${campaign.id}/diagnostics`,
      );
      expect(diagnostics.body.blocked_by).toContainEqual(
        expect.objectContaining({ code: 'caller_ids_used', until: midnight }),
      );
      const [sleeping] = await stage.database.query(`SELECT wake_at FROM campaigns WHERE id = $1`, [campaign.id]);
      for (const n of [0, 1]) end(n);
      await until('it sleeps until midnight', async () => {
        const [row] = await stage.database.query<{ wake_at: Date | null }>(
          `SELECT wake_at FROM campaigns WHERE id = $1`,
          [campaign.id],
        );
        return row?.wake_at?.toISOString() === midnight;
      });
      expect(sleeping).toBeDefined();
      await add(TWO);
      await requested(6);
      expect(froms().slice(2)).toEqual([TWO, TWO, TWO, TWO]);
    });

    it('begin anew with the day', async () => {
      const id = await add(ONE, 1);
      await startCampaign(stage, { count: 2, max_concurrent_calls: 1, retry_failed: false });
      await requested(1);
      end(0);
      await until('the call is over', async () => {
        const [job] = await stage.database.query('SELECT FROM dialer_jobs WHERE finished_at IS NOT NULL');
        return job;
      });
      await until('nothing more is placed', isQuiet);
      expect(carrier.requests).toHaveLength(1);
      await stage.database.query(`UPDATE caller_ids SET used_on = used_on - 1 WHERE id = $1`, [id]);
      await stage.database.query(`UPDATE campaigns SET wake_at = now()`);
      await requested(2);
      const { body } = await stage.client.get<{ caller_id: { calls_today: number } }>(`/caller-ids/${id}`);
      expect(body.caller_id.calls_today).toBe(1);
    });

    it('hold their caps exactly, whoever places and whatever is given back', async () => {
      const caps = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 });
      const terms = fc.record({
        caps,
        slots: fc.integer({ min: 1, max: 12 }),
        throttled: fc.nat(5),
        campaigns: fc.integer({ min: 1, max: 2 }),
      });
      await fc.assert(
        fc.asyncProperty(terms, async ({ caps: all, slots, throttled, campaigns }) => {
          await clear();
          carrier.requests.length = 0;
          const taken: PlaceCallRequest[] = [];
          const numbers = new Map(all.map((cap, n) => [`+44207946200${n}`, cap]));
          const total = all.reduce((sum, cap) => sum + cap, 0);
          const toThrottle = new Set(Array.from({ length: throttled }, (_, n) => dramaNumber(n)));
          carrier.answer = (request) => {
            if (toThrottle.delete(request.to))
              return { kind: 'rejected', fault: 'throttle', code: 'slow_down', retryAfterSeconds: 0 };
            taken.push(request);
            return carrier.accept(request);
          };
          for (const [number, cap] of numbers) await add(number, cap);
          const count = total + 5;
          for (let n = 0; n < campaigns; n++)
            await startCampaign(stage, { count, from: n * 100, max_concurrent_calls: slots, retry_failed: false });
          await until('all are used up and nothing more is placed', async () => {
            for (const { dialerJobId } of taken) carrier.report(eventOf(dialerJobId, 'no_answer'));
            return taken.length >= total && (await isQuiet());
          });
          const uses = [...numbers.keys()].map((number) => taken.filter(({ from }) => from === number).length);
          expect(uses).toEqual([...numbers.values()]);
          expect(taken).toHaveLength(total);
          const [pool] = await stage.database.query(`SELECT sum(used_calls)::int AS n FROM caller_ids`);
          expect(pool).toEqual({ n: total });
        }),
        { numRuns: 12 },
      );
    });

    it('hold none up when the account is refused while others are being placed: what is given back is counted back', async () => {
      for (let round = 0; round < 8; round++) {
        await clear();
        carrier.requests.length = 0;
        const taken: PlaceCallRequest[] = [];
        carrier.answer = (request) => {
          if (carrier.requests.length > 60 + round)
            return { kind: 'rejected', fault: 'account', code: 'wrong_credentials' };
          taken.push(request);
          setImmediate(() => carrier.report(eventOf(request.dialerJobId, 'no_answer')));
          return carrier.accept(request);
        };
        for (const number of [ONE, TWO]) await add(number);
        const { id } = await startCampaign(stage, { count: 200, max_concurrent_calls: 20, retry_failed: false });
        await until('it is paused, and what was refused is given back', async () => {
          const [row] = await stage.database.query<{ paused: boolean }>(
            `SELECT status = 'paused' AND NOT EXISTS (SELECT FROM dialer_jobs WHERE status IN ('queued', 'dialing')) AS paused
             FROM campaigns WHERE id = $1`,
            [id],
          );
          return row!.paused;
        });
        expect(await campaignOf(stage, id)).toMatchObject({ status_reason: 'provider_account' });
        const [pool] = await stage.database.query(`SELECT sum(used_calls)::int AS n FROM caller_ids`);
        expect(pool).toEqual({ n: taken.length });
      }
    });

    it('were never waited for in a circle', async () => {
      expect(await stage.database.deadlocks()).toBe(0);
    });
  });
}
