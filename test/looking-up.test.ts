import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Sweeper } from '#dialer/sweeper.js';
import { setStage, startCampaign, type Stage } from './dialing/stage.js';
import { eventOf, ObedientCarrier } from './harness/obedient-carrier.js';
import { until } from './harness/until.js';

const LATE_SECONDS = 60;
const HIS = 'call-of-the-attempt-before';
const OURS = 'call-of-this-attempt';

/** What a provider says when it is asked, where that can be mistaken or comes late. */
describe('The engine, looking up calls', () => {
  const carrier = new ObedientCarrier();
  let stage: Stage;
  beforeAll(async () => {
    carrier.capabilities = { ...carrier.capabilities, lateFactsSeconds: LATE_SECONDS };
    stage = await setStage('postgres', carrier);
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    await until('the stage is cleared', () =>
      stage.database.query('DELETE FROM campaigns').then(
        () => true,
        () => false,
      ),
    );
    carrier.requests.length = carrier.lookUps.length = carrier.hangUps.length = 0;
    carrier.answer = (request) => carrier.accept(request);
    carrier.lookup = () => ({ kind: 'not_found', isFinal: false });
  });

  const job = async (id: string) => (await stage.database.query('SELECT * FROM dialer_jobs WHERE id = $1', [id]))[0];
  const call = async (jobId: string) =>
    (await stage.database.query('SELECT * FROM calls WHERE dialer_job_id = $1', [jobId]))[0];
  const asked = (count: number) => until('the carrier was asked', async () => carrier.requests[count - 1]);
  const isIn = (id: string, status: string) =>
    until(`the dialer job is ${status}`, async () => (await job(id))?.['status'] === status);
  const sweep = () => stage.worker.get(Sweeper).sweep();
  const sweepNow = async () => {
    await stage.database.query(`UPDATE dialer_jobs SET check_at = now() - interval '1 second' WHERE check_at > now()`);
    await sweep();
  };

  /** Somebody was called and it was busy; the answer to the request of the next attempt is not known. */
  async function secondUnknown(): Promise<string> {
    const soon = { retry_policy: { busy: { delays_seconds: [1] } }, max_retries: 1, min_gap_seconds: 0 };
    carrier.answer = () => ({ kind: 'accepted', providerCallId: HIS });
    await startCampaign(stage, { count: 1, ...soon });
    const { dialerJobId: first } = await asked(1);
    await isIn(first, 'active');
    carrier.answer = () => ({ kind: 'unknown', cause: 'connection reset' });
    carrier.report(eventOf(first, 'busy', { providerCallId: HIS }));
    await isIn(first, 'failed');
    await stage.database.query(`UPDATE leads SET next_attempt_at = now()`);
    await sweep();
    const { dialerJobId: second } = await asked(2);
    await isIn(second, 'unconfirmed');
    return second;
  }

  it('asks no other provider about a call than the one that has it, and ends it at its deadline', async () => {
    const second = await secondUnknown();
    await stage.database.query(`UPDATE calls SET provider = 'another' WHERE dialer_job_id = $1`, [second]);
    carrier.lookup = () => ({ kind: 'found', event: eventOf(second, 'completed', { eventKey: 'lookup:made-up' }) });
    carrier.lookUps.length = 0;
    await sweepNow();
    expect(await job(second)).toMatchObject({ status: 'unconfirmed', lookups: 0 });
    await stage.database.query(`UPDATE dialer_jobs SET deadline_at = now() - interval '1 second' WHERE id = $1`, [
      second,
    ]);
    await sweepNow();
    await isIn(second, 'failed');
    expect(await call(second)).toMatchObject({ status: 'lost' });
    expect([carrier.lookUps, carrier.hangUps]).toEqual([[], []]);
  });

  it('takes the call of another attempt for none, until its own is there', async () => {
    const second = await secondUnknown();
    const his = eventOf(second, 'busy', { providerCallId: HIS, eventKey: 'lookup:his' });
    const ours = eventOf(second, 'in_progress', { providerCallId: OURS, eventKey: 'lookup:ours' });
    carrier.lookup = () => ({ kind: 'found', event: his });
    await sweepNow();
    expect(await job(second)).toMatchObject({ status: 'unconfirmed', lookups: 1 });
    carrier.lookup = () => ({ kind: 'found', event: his, others: [ours] });
    await sweepNow();
    await isIn(second, 'active');
    expect(await call(second)).toMatchObject({ status: 'in_progress', provider_call_id: OURS });
  });

  it('gives up an attempt of which there is but the call of another one, once its deadline has passed', async () => {
    const second = await secondUnknown();
    carrier.lookup = () => ({ kind: 'found', event: eventOf(second, 'busy', { providerCallId: HIS }) });
    await stage.database.query(`UPDATE dialer_jobs SET deadline_at = now() WHERE id = $1`, [second]);
    await sweepNow();
    await isIn(second, 'failed');
    expect(await call(second)).toMatchObject({ status: 'lost', provider_call_id: null });
  });

  it('hangs up the call that it found, by its own id', async () => {
    const second = await secondUnknown();
    const his = eventOf(second, 'busy', { providerCallId: HIS, eventKey: 'lookup:his' });
    const ours = eventOf(second, 'in_progress', { providerCallId: OURS, eventKey: 'lookup:ours' });
    carrier.lookup = () => ({ kind: 'found', event: his, others: [ours] });
    await stage.database.query(`UPDATE dialer_jobs SET hangup_requested_at = now() WHERE id = $1`, [second]);
    await sweepNow();
    expect(carrier.hangUps.map(({ providerCallId }) => providerCallId)).toEqual([OURS]);
  });

  it('asks once more for the cost of a call that has ended without one, and no third time', async () => {
    await startCampaign(stage, { count: 1 });
    const { dialerJobId } = await asked(1);
    await isIn(dialerJobId, 'active');
    carrier.report(eventOf(dialerJobId, 'completed', { durationSeconds: 7 }));
    await isIn(dialerJobId, 'succeeded');
    await sweep();
    expect(carrier.lookUps).toEqual([]);
    await stage.database.query(`UPDATE calls SET ended_at = ended_at - $1 * interval '1 second'`, [LATE_SECONDS]);
    carrier.lookup = () => ({
      kind: 'found',
      event: eventOf(dialerJobId, 'completed', { cost: '0.014', eventKey: 'lookup:priced' }),
    });
    await sweep();
    await sweep();
    expect(carrier.lookUps).toHaveLength(1);
    expect(Number((await call(dialerJobId))?.['cost'])).toBe(0.014);
  });
});
