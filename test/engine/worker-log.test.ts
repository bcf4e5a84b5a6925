import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { setStage, startCampaign, type Stage } from './dialing/stage.js';
import { eventOf, ObedientCarrier } from '../support/obedient-carrier.js';
import { dramaNumber } from '../support/running-api.js';
import { until } from '../support/until.js';

describe('The log of a worker', () => {
  const written: string[] = [];
  let stage: Stage;
  let carrier: ObedientCarrier;

  beforeAll(async () => {
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    carrier = new ObedientCarrier();
    stage = await setStage('postgres', carrier, { LOG_LEVEL: 'debug' });
  });

  afterAll(async () => {
    await stage?.close();
    vi.restoreAllMocks();
  });

  it('names nobody by number, whatever a provider says', async () => {
    carrier.answer = (request) => {
      if (request.to !== dramaNumber(0)) return carrier.accept(request);
      return { kind: 'rejected', fault: 'throttle', code: `The trunk to ${request.to} is down`, retryAfterSeconds: 60 };
    };
    const campaign = await startCampaign(stage, { count: 3, max_concurrent_calls: 3 });
    await until('all are asked for', async () => carrier.requests.length >= 3);
    const talk = carrier.requests.find(({ to }) => to === dramaNumber(1))!;
    carrier.report(
      eventOf(talk.dialerJobId, 'completed', { durationSeconds: 5, summary: `Call ${dramaNumber(1)} again` }),
    );
    await until('one has ended', async () => {
      const rows = await stage.database.query(`SELECT FROM calls WHERE campaign_id = $1 AND ended_at IS NOT NULL`, [
        campaign.id,
      ]);
      return rows.length > 0;
    });
    await until('the trouble is told', async () => written.some((line) => line.includes('The trunk to')));
    const numbers = [0, 1, 2].flatMap((n) => [dramaNumber(n), dramaNumber(n).slice(1)]);
    expect(written.filter((line) => numbers.some((number) => line.includes(number)))).toEqual([]);
  });
});
