import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Sweeper } from '#dialer/sweep/sweeper.js';
import { clearStage, setStage, startCampaign, type Stage } from './dialing/stage.js';
import { eventOf, ObedientCarrier } from '../support/obedient-carrier.js';
import { until } from '../support/until.js';

const LATE_SECONDS = [60, 300, 1800];
const HIS = 'call-of-the-attempt-before';
const OURS = 'call-of-this-attempt';

/** Tests answers of a provider to look-ups that can be mistaken or come late. */
describe('The engine, looking up calls', () => {
  const carrier = new ObedientCarrier();
  let stage: Stage;
  beforeAll(async () => {
    carrier.capabilities = { ...carrier.capabilities, lateFactsSeconds: LATE_SECONDS };
    stage = await setStage('postgres', carrier);
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    await clearStage(stage.database);
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

  /** Makes a first attempt that found the number busy, and a second whose request got no known answer. */
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
    carrier.lookup = () => ({ kind: 'found', report: eventOf(second, 'completed', { reportKey: 'lookup:made-up' }) });
    carrier.lookUps.length = 0;
    await sweepNow();
    expect(await job(second)).toMatchObject({ status: 'unconfirmed', lookups: 0 });
    await stage.database.query(`UPDATE dialer_jobs SET deadline_at = now() - interval '2 minutes' WHERE id = $1`, [
      second,
    ]);
    await sweepNow();
    await isIn(second, 'failed');
    expect(await call(second)).toMatchObject({ status: 'lost' });
    expect([carrier.lookUps, carrier.hangUps]).toEqual([[], []]);
  });

  it('takes the call of another attempt for none, until its own is there', async () => {
    const second = await secondUnknown();
    const his = eventOf(second, 'busy', { providerCallId: HIS, reportKey: 'lookup:his' });
    const ours = eventOf(second, 'in_progress', { providerCallId: OURS, reportKey: 'lookup:ours' });
    carrier.lookup = () => ({ kind: 'found', report: his });
    await sweepNow();
    await until('he is taken for none', async () => (await job(second))?.['lookups'] === 1);
    expect(await job(second)).toMatchObject({ status: 'unconfirmed' });
    carrier.lookup = () => ({ kind: 'found', report: his, others: [ours] });
    await sweepNow();
    await isIn(second, 'active');
    expect(await call(second)).toMatchObject({ status: 'in_progress', provider_call_id: OURS });
  });

  it('gives up an attempt of which there is but the call of another one, once its deadline has passed', async () => {
    const second = await secondUnknown();
    carrier.lookup = () => ({ kind: 'found', report: eventOf(second, 'busy', { providerCallId: HIS }) });
    await stage.database.query(`UPDATE dialer_jobs SET deadline_at = now() - interval '2 minutes' WHERE id = $1`, [
      second,
    ]);
    await sweepNow();
    await isIn(second, 'failed');
    expect(await call(second)).toMatchObject({ status: 'lost', provider_call_id: null });
  });

  it('hangs up the call that it found, by its own id', async () => {
    const second = await secondUnknown();
    const his = eventOf(second, 'busy', { providerCallId: HIS, reportKey: 'lookup:his' });
    const ours = eventOf(second, 'in_progress', { providerCallId: OURS, reportKey: 'lookup:ours' });
    carrier.lookup = () => ({ kind: 'found', report: his, others: [ours] });
    await stage.database.query(`UPDATE dialer_jobs SET hangup_requested_at = now() WHERE id = $1`, [second]);
    await sweepNow();
    await until('it is hung up', async () => carrier.hangUps.length > 0);
    expect(carrier.hangUps.map(({ providerCallId }) => providerCallId)).toEqual([OURS]);
  });

  describe('for the cost of a call that has ended without one,', () => {
    const PRICED = { cost: '0.014', reportKey: 'lookup:priced' };
    const soon = () => stage.database.query(`UPDATE cost_lookups SET due_at = now() - interval '1 second'`);
    const looks = () => stage.database.query('SELECT looks FROM cost_lookups');
    const looked = async (times: number) => {
      for (let time = 0; time < times; time++) {
        await soon();
        await sweep();
      }
      return carrier.lookUps.length;
    };

    async function talked(status: 'completed' | 'no_answer' = 'completed', facts = {}): Promise<string> {
      await startCampaign(stage, { count: 1, retry_failed: false });
      const { dialerJobId } = await asked(1);
      await isIn(dialerJobId, 'active');
      carrier.report(eventOf(dialerJobId, status, { durationSeconds: 7, ...facts }));
      await until('it has ended', async () => (await call(dialerJobId))?.['status'] === status);
      return dialerJobId;
    }

    it('asks a minute later, and no more once it is told', async () => {
      const dialerJobId = await talked();
      await sweep();
      expect(carrier.lookUps).toEqual([]);
      const [due] = await stage.database.query<{ seconds: number }>(
        `SELECT round(extract(epoch FROM due_at - now()))::int AS seconds FROM cost_lookups`,
      );
      expect(due!.seconds).toBeGreaterThan(50);
      carrier.lookup = () => ({ kind: 'found', report: eventOf(dialerJobId, 'completed', PRICED) });
      expect(await looked(2)).toBe(1);
      expect(await call(dialerJobId)).toMatchObject({ cost: '0.0140' });
      expect(await looks()).toEqual([]);
    });

    it('asks as often as the provider says, also where it did not answer, and then leaves it', async () => {
      const dialerJobId = await talked();
      carrier.lookup = () => ({ kind: 'unavailable', cause: 'it is closed' });
      expect(await looked(1)).toBe(1);
      carrier.lookup = () => ({
        kind: 'found',
        report: eventOf(dialerJobId, 'completed', { reportKey: 'lookup:none' }),
      });
      expect(await looked(LATE_SECONDS.length + 2)).toBe(LATE_SECONDS.length);
      expect([await looks(), (await call(dialerJobId))?.['cost']]).toEqual([[], null]);
    });

    it('does not ask where it has come by itself, nor about a call that nobody took', async () => {
      await talked('completed', { cost: '0.02' });
      expect(await looks()).toEqual([]);
      await stage.database.query('DELETE FROM campaigns');
      carrier.requests.length = 0;
      await talked('no_answer');
      expect(await looks()).toEqual([]);
      await stage.database.query('DELETE FROM campaigns');
      carrier.requests.length = 0;
      const told = await talked();
      carrier.report(eventOf(told, 'completed', { cost: '0.02', reportKey: 'report' }));
      await until('it is told', async () => (await call(told))?.['cost'] !== null);
      expect(await looked(1)).toBe(0);
      expect(await looks()).toEqual([]);
    });

    it('asks about so many at a time, all accounts together, and forgets those of another provider', async () => {
      const first = await talked();
      await stage.database.query(
        `WITH job AS (
           INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number, status, finished_at)
           SELECT tenant_id, campaign_id, lead_id, phone_number, 'succeeded', now()
           FROM dialer_jobs, generate_series(1, 70) WHERE id = $1 RETURNING *
         ), call AS (
           INSERT INTO calls (tenant_id, campaign_id, lead_id, dialer_job_id, attempt, phone_number, number_key,
             provider, provider_call_id, status, started_at, ended_at)
           SELECT tenant_id, campaign_id, lead_id, id, 1, phone_number, phone_number,
             CASE WHEN row_number() OVER () <= 10 THEN 'another' ELSE 'obedient' END,
             id::text, 'completed', now(), now() FROM job RETURNING id)
         INSERT INTO cost_lookups (call_id, due_at) SELECT id, now() FROM call`,
        [first],
      );
      let [asking, most] = [0, 0];
      carrier.lookup = async () => {
        most = Math.max(most, ++asking);
        await Promise.resolve();
        asking -= 1;
        return { kind: 'unavailable', cause: 'it is closed' };
      };
      await soon();
      await until('all have been asked about', async () => {
        await sweep();
        return (await looks()).every((row) => row['looks'] === 1);
      });
      expect([carrier.lookUps.length, most <= 20]).toEqual([61, true]);
      expect(await looks()).toHaveLength(61);
    });
  });
});
