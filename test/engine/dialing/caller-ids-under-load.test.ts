import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlaceCallRequest } from '#telephony/port/telephony-provider.js';
import { eventOf } from '../../support/obedient-carrier.js';
import { dramaNumber } from '../../support/running-api.js';
import { until } from '../../support/until.js';
import { campaignOf, startCampaign } from './stage.js';
import { ONE, TWO, useCallerIdStage } from './caller-id-stage.js';

describe('Caller ids under load, with the queue on postgres', () => {
  const stage = useCallerIdStage('postgres');
  const { carrier } = stage;

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
        await stage.clear();
        carrier.requests.length = 0;
        const accepted: PlaceCallRequest[] = [];
        const numbers = new Map(all.map((cap, n) => [`+44207946200${n}`, cap]));
        const total = all.reduce((sum, cap) => sum + cap, 0);
        const toThrottle = new Set(Array.from({ length: throttled }, (_, n) => dramaNumber(n)));
        carrier.answer = (request) => {
          if (toThrottle.delete(request.to))
            return { kind: 'rejected', fault: 'throttle', code: 'slow_down', retryAfterSeconds: 0 };
          accepted.push(request);
          return carrier.accept(request);
        };
        for (const [number, cap] of numbers) await stage.add(number, cap);
        const count = total + 5;
        for (let n = 0; n < campaigns; n++)
          await startCampaign(stage, { count, from: n * 100, max_concurrent_calls: slots, retry_failed: false });
        await until('all are used up and nothing more is placed', async () => {
          for (const { dialerJobId } of accepted) carrier.report(eventOf(dialerJobId, 'no_answer'));
          return accepted.length >= total && (await stage.isQuiet());
        });
        const uses = [...numbers.keys()].map((number) => accepted.filter(({ from }) => from === number).length);
        expect(uses).toEqual([...numbers.values()]);
        expect(accepted).toHaveLength(total);
        const [pool] = await stage.database.query(`SELECT sum(used_calls)::int AS n FROM caller_ids`);
        expect(pool).toEqual({ n: total });
      }),
      { numRuns: 12 },
    );
  });

  it('hold none up when the account is refused while others are placed: refunds are counted back', async () => {
    for (let round = 0; round < 8; round++) {
      await stage.clear();
      carrier.requests.length = 0;
      const accepted: PlaceCallRequest[] = [];
      carrier.answer = (request) => {
        if (carrier.requests.length > 60 + round)
          return { kind: 'rejected', fault: 'account', code: 'wrong_credentials' };
        accepted.push(request);
        setImmediate(() => carrier.report(eventOf(request.dialerJobId, 'no_answer')));
        return carrier.accept(request);
      };
      for (const number of [ONE, TWO]) await stage.add(number);
      const { id } = await startCampaign(stage, { count: 200, max_concurrent_calls: 20, retry_failed: false });
      await until('it is paused, and what was refused is given back', async () => {
        const [row] = await stage.database.query<{ paused: boolean }>(
          `SELECT status = 'paused'
             AND NOT EXISTS (SELECT FROM dialer_jobs WHERE status IN ('queued', 'dialing')) AS paused
           FROM campaigns WHERE id = $1`,
          [id],
        );
        return row!.paused;
      });
      expect(await campaignOf(stage, id)).toMatchObject({ status_reason: 'provider_account' });
      const [pool] = await stage.database.query(`SELECT sum(used_calls)::int AS n FROM caller_ids`);
      expect(pool).toEqual({ n: accepted.length });
    }
  });

  it('were never waited for in a circle', async () => {
    expect(await stage.database.deadlocks()).toBe(0);
  });
});
