import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InvariantVerdict } from '#database/statements/ops/verify-invariants.js';
import { openContext, type OpsContext } from '../../apps/local/src/ops/ops-context.js';
import { explainOutage } from '../../apps/local/src/ops/outage.js';
import { runOps } from '../../apps/local/src/ops/run-ops.js';
import { StartError } from '../../apps/local/src/processes/start-error.js';
import { setStage, startCampaign } from '../engine/dialing/stage.js';
import { addAttempt, addQueuedJob, furnishCampaign, type FurnishedCampaign } from '../support/furnished-campaign.js';
import { eventOf, ObedientCarrier } from '../support/obedient-carrier.js';
import { freePort } from '../support/free-port.js';
import { HAS_REDIS, startRedis, type RunningRedis } from '../support/redis-server.js';
import { dramaNumber } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

const PROVIDER = new ObedientCarrier().name;

let database: TestDatabase;
let carrier: ObedientCarrier;
let context: OpsContext;
let campaign: FurnishedCampaign;

/** Runs a command of the operator and returns what it printed, to either stream, and its exit code. */
async function ops(...argv: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const write = (more: string) => (text += `${more}\n`);
  const code = await runOps(argv, (work) => work(context), { print: write, complain: write });
  return { code, text };
}

async function verdicts(): Promise<InvariantVerdict[]> {
  return JSON.parse((await ops('verify', '--json')).text) as InvariantVerdict[];
}

/** The names of what does not hold, with the ids. */
async function violations(): Promise<Record<string, readonly string[]>> {
  const broken = (await verdicts()).filter(({ count }) => count > 0);
  return Object.fromEntries(broken.map(({ name, ids }) => [name, ids]));
}

/** Every row that a command may change. */
async function everything(): Promise<unknown> {
  const tables = ['campaigns', 'leads', 'dialer_jobs', 'calls', 'call_reports'];
  const rows = await Promise.all(tables.map((table) => database.query(`SELECT * FROM ${table} ORDER BY 1`)));
  const tallies = await database.query(`SELECT * FROM campaign_tallies ORDER BY 1, 2, 3`);
  const queue = await database.query(`SELECT id, state FROM bullmq.job ORDER BY 1`);
  return { rows, tallies, queue };
}

const jobStatus = async (id: string) =>
  (await database.query(`SELECT status FROM dialer_jobs WHERE id = $1`, [id]))[0]?.['status'];
const leadOf = async (id: string) => (await database.query(`SELECT * FROM leads WHERE id = $1`, [id]))[0]!;

async function open(): Promise<void> {
  database = await createTestDatabase();
  carrier = new ObedientCarrier();
  context = await openContext(testConfig(database.url), database.url, carrier);
  campaign = await furnishCampaign(database, { provider: PROVIDER });
}

async function close(): Promise<void> {
  await context.close();
  await database.drop();
}

describe('npm run ops', () => {
  const terminal = { print: () => undefined, complain: () => undefined };
  const noContext = () => Promise.reject(new Error('The database is not to be touched'));
  const id = '00000000-0000-4000-8000-000000000000';

  it('lists the commands, a line each', async () => {
    const { code, text } = await ops();
    expect(code).toBe(0);
    for (const name of ['verify', 'slots', 'release', 'reconcile', 'rebuild-counters', 'rebuild-queue', 'reseal']) {
      expect(text).toMatch(new RegExp(`^  ${name} .*\\.$`, 'm'));
    }
  });

  it.each([
    [['repair']],
    [['release']],
    [['release', 'it']],
    [['release', id, id]],
    [['release', id, '--force']],
    [['reconcile', '--as-lost']],
    [['verify', '--yes']],
    [['verify', id]],
    [['slots', '--yes']],
    [['rebuild-counters', 'all']],
    [['rebuild-queue', id]],
    [['rebuild-queue', '--yes=1']],
  ])('refuses the wrong arguments %j in one sentence', async (argv) => {
    const complaints: string[] = [];
    const complain = (text: string) => complaints.push(text);
    expect(await runOps(argv, noContext, { ...terminal, complain })).toBe(2);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).not.toContain('\n');
  });

  it('says in a sentence that the database is away, or of another version', async () => {
    const port = await freePort();
    const url = `postgres://nobody@127.0.0.1:${port}/none`;
    const away = await openContext(testConfig(url), url, new ObedientCarrier()).catch(explainOutage);
    expect(away).toBeInstanceOf(StartError);
    expect((away as StartError).message).toMatch(/^The database is unreachable/);
    const unknown = Object.assign(new Error('relation "leads" does not exist'), { code: '42P01' });
    expect((explainOutage(unknown) as Error).message).toContain('npm run migrate');
    const locked = Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
    expect((explainOutage(locked) as Error).message).toContain('try again');
    expect(explainOutage(new RangeError('a defect'))).toBeInstanceOf(RangeError);
  });
});

describe('verify', () => {
  beforeEach(open);
  afterEach(close);

  it('finds nothing wrong with what is right', async () => {
    const { code, text } = await ops('verify');
    expect(text).toContain('All of it is true.');
    expect(code).toBe(0);
    expect(await verdicts()).toHaveLength(16);
  });

  const broken: [name: string, what: string, breakIt: () => Promise<string[]>][] = [
    [
      'one-live-job-per-lead',
      'a second live job',
      async () => {
        await database.query(`DROP INDEX dialer_jobs_one_live_per_lead`);
        await database.query(`UPDATE campaigns SET max_concurrent_calls = 3`);
        return [campaign.talking.jobId, await addQueuedJob(database, campaign.talking.leadId)];
      },
    ],
    [
      'one-live-call-per-number',
      'two campaigns that call one number',
      async () => {
        const other = await furnishCampaign(database, { provider: PROVIDER, from: 10 });
        await database.query(`DROP INDEX calls_one_live_per_number`);
        await database.query(`UPDATE calls SET phone_number = $1, number_key = $1 WHERE status = 'in_progress'`, [
          dramaNumber(0),
        ]);
        return [campaign.talking.callId, other.talking.callId];
      },
    ],
    [
      'calls-are-of-their-world',
      'a test call of a campaign that is none',
      async () => {
        await database.query(`UPDATE calls SET is_test = true WHERE id = $1`, [campaign.reached.callId]);
        return [campaign.reached.callId];
      },
    ],
    [
      'live-jobs-within-slots',
      'more live jobs than slots',
      async () => {
        await database.query(`UPDATE campaigns SET max_concurrent_calls = 1`);
        return [campaign.id];
      },
    ],
    [
      'dialed-jobs-have-a-call',
      'a dialed job without a call',
      async () => {
        await database.query(`DELETE FROM calls WHERE id = $1`, [campaign.reached.callId]);
        await database.query(`UPDATE leads SET call_attempts = 0 WHERE id = $1`, [campaign.reached.leadId]);
        return [campaign.reached.jobId];
      },
    ],
    [
      'dialed-jobs-have-a-call',
      'a queued job with a call',
      async () => {
        const { jobId, leadId } = campaign.claimed;
        await database.query(`UPDATE calls SET dialer_job_id = $1, lead_id = $2 WHERE id = $3`, [
          jobId,
          leadId,
          campaign.reached.callId,
        ]);
        await database.query(`UPDATE leads SET call_attempts = 1 - call_attempts WHERE id IN ($1, $2)`, [
          leadId,
          campaign.reached.leadId,
        ]);
        return [jobId, campaign.reached.jobId];
      },
    ],
    [
      'attempts-are-calls',
      'an attempt that is no call',
      async () => {
        await database.query(`UPDATE leads SET call_attempts = 1 WHERE id = $1`, [campaign.waiting.leadId]);
        return [campaign.waiting.leadId];
      },
    ],
    [
      'attempts-within-cap',
      'a second call where none is repeated',
      async () => {
        await database.query(`UPDATE campaigns SET retry_failed = false`);
        await addAttempt(database, campaign.reached.leadId, { ...ENDED, outcome: 'no_answer' });
        return [campaign.reached.leadId];
      },
    ],
    [
      'attempts-within-cap',
      'one call more than max_retries allows',
      async () => {
        await database.query(`UPDATE campaigns SET max_retries = 1`);
        for (const outcome of ['no_answer', 'busy'])
          await addAttempt(database, campaign.reached.leadId, { ...ENDED, outcome });
        return [campaign.reached.leadId];
      },
    ],
    [
      'in-progress-means-live-job',
      'a lead that nobody calls',
      async () => {
        await database.query(`UPDATE leads SET status = 'in_progress' WHERE id = $1`, [campaign.waiting.leadId]);
        return [campaign.waiting.leadId];
      },
    ],
    [
      'in-progress-means-live-job',
      'a job whose lead has been let go',
      async () => {
        await database.query(`UPDATE leads SET status = 'exhausted' WHERE id = $1`, [campaign.talking.leadId]);
        return [campaign.talking.leadId];
      },
    ],
    [
      'live-jobs-are-looked-at',
      'a job that nobody looks at',
      async () => {
        await database.query(
          `UPDATE dialer_jobs SET check_at = now() - interval '121 seconds' WHERE status = 'queued'`,
        );
        return [campaign.claimed.jobId];
      },
    ],
    [
      'live-jobs-are-looked-at',
      'a live job without a time',
      async () => {
        await database.query(`ALTER TABLE dialer_jobs DROP CONSTRAINT dialer_jobs_live_is_checked`);
        await database.query(`UPDATE dialer_jobs SET check_at = NULL WHERE id = $1`, [campaign.talking.jobId]);
        return [campaign.talking.jobId];
      },
    ],
    [
      'ended-calls-are-concluded',
      'a conversation that goes on after its call',
      async () => {
        await database.query(`INSERT INTO conversations (tenant_id, call_id, status) VALUES ('t', $1, 'in_progress')`, [
          campaign.reached.callId,
        ]);
        return [campaign.reached.callId];
      },
    ],
    [
      'minutes-reserved',
      'minutes set aside for no call',
      async () => {
        await database.query(`UPDATE tenants SET minutes_reserved = 1`);
        return ['t'];
      },
    ],
    [
      'minutes-reserved',
      'minutes set aside for a call that has ended',
      async () => {
        await database.query(`UPDATE tenants SET minutes_reserved = 10`);
        await database.query(`UPDATE calls SET reserved_minutes = 10 WHERE id = $1`, [campaign.reached.callId]);
        return ['t'];
      },
    ],
    ...['total_leads', 'calls_completed', 'calls_failed', 'talk_seconds', 'total_cost'].map(
      (column): (typeof broken)[number] => [
        'campaign-counters',
        `a wrong ${column}`,
        async () => {
          await database.query(`UPDATE campaigns SET ${column} = ${column} + 1`);
          return [campaign.id];
        },
      ],
    ),
    [
      'campaign-counters',
      'wrong slot_seconds',
      async () => {
        await database.query(`UPDATE campaigns SET slot_seconds = slot_seconds + 2`);
        return [campaign.id];
      },
    ],
    ...['lead', 'dialer_job', 'call', 'outcome'].map((subject): (typeof broken)[number] => [
      'campaign-tallies',
      `a wrong tally of ${subject}`,
      async () => {
        await database.query(`UPDATE campaign_tallies SET n = n + 1 WHERE subject = $1`, [subject]);
        return [campaign.id];
      },
    ]),
    [
      'campaign-tallies',
      'a tally that is missing',
      async () => {
        await database.query(`DELETE FROM campaign_tallies WHERE subject = 'lead'`);
        return [campaign.id];
      },
    ],
    [
      'campaign-tallies',
      'a tally of nothing',
      async () => {
        await database.query(`INSERT INTO campaign_tallies VALUES ($1, 'lead', 'expired', 1)`, [campaign.id]);
        return [campaign.id];
      },
    ],
    [
      'due-campaigns-wake-up',
      'a campaign that sleeps',
      async () => {
        await database.query(`UPDATE campaigns SET max_concurrent_calls = 3`);
        return [campaign.id];
      },
    ],
    [
      'due-campaigns-wake-up',
      'a campaign that sleeps for an hour',
      async () => {
        await database.query(`UPDATE campaigns SET max_concurrent_calls = 3, wake_at = now() + interval '1 hour'`);
        return [campaign.id];
      },
    ],
    [
      'completed-campaigns-are-idle',
      'a completed campaign that still calls',
      async () => {
        await database.query(`UPDATE campaigns SET status = 'completed'`);
        return [campaign.id];
      },
    ],
  ];

  it.each(broken)('%s: finds %s, and nothing else', async (name, _what, breakIt) => {
    const ids = await breakIt();
    expect(await violations()).toEqual({ [name]: ids.toSorted() });
    const { code, text } = await ops('verify');
    expect(code).toBe(1);
    expect(text).toContain(ids.toSorted()[0]);
  });

  it.each([
    ['call-backs that the person asked for', `UPDATE calls SET outcome = 'callback_requested'`],
    ['attempts before a redial', `UPDATE leads SET earlier_attempts = call_attempts WHERE call_attempts > 0`],
    ['repeats that are allowed', `UPDATE campaigns SET retry_failed = true`],
  ])('lets %s pass', async (_what, text) => {
    await database.query(`UPDATE campaigns SET retry_failed = false`);
    await addAttempt(database, campaign.reached.leadId, { ...ENDED, outcome: 'no_answer' });
    await database.query(text);
    expect(await violations()).toEqual({});
  });

  it('lets a lead pass that was removed while it was on the line', async () => {
    await database.query(`UPDATE leads SET status = 'removed' WHERE id = $1`, [campaign.talking.leadId]);
    expect(await violations()).toEqual({});
  });

  it('counts all violations, and names the first ten', async () => {
    for (let n = 1; n <= 12; n++) await furnishCampaign(database, { provider: PROVIDER, from: n * 10 });
    await database.query(`UPDATE campaigns SET total_leads = 0`);
    const verdict = (await verdicts()).find(({ name }) => name === 'campaign-counters');
    expect(verdict).toMatchObject({ count: 13 });
    expect(verdict?.ids).toHaveLength(10);
  });
});

const ENDED = { provider: PROVIDER, job: 'failed', call: 'no_answer', lead: 'exhausted' };

describe('release', () => {
  beforeEach(open);
  afterEach(close);

  it('says what it would do, and does it with --yes', async () => {
    const { jobId, leadId } = campaign.claimed;
    const before = await everything();
    const foretold = await ops('release', jobId);
    expect(foretold).toMatchObject({ code: 0, text: expect.stringContaining(leadId) });
    expect(await everything()).toEqual(before);

    expect((await ops('release', jobId, '--yes')).code).toBe(0);
    expect(await jobStatus(jobId)).toBe('canceled');
    expect(await leadOf(leadId)).toMatchObject({ status: 'pending', call_attempts: 0 });
    expect(await violations()).toEqual({});
  });

  it('leaves a lead removed that was removed meanwhile', async () => {
    const { jobId, leadId } = campaign.claimed;
    await database.query(`UPDATE leads SET status = 'removed' WHERE id = $1`, [leadId]);
    expect((await ops('release', jobId, '--yes')).text).toContain('is removed');
    expect(await leadOf(leadId)).toMatchObject({ status: 'removed' });
  });

  it('refuses what may have been dialed, what has ended and what there is not', async () => {
    const before = await everything();
    expect(await ops('release', campaign.talking.jobId, '--yes')).toMatchObject({ code: 1, text: /use reconcile/ });
    expect(await ops('release', campaign.reached.jobId, '--yes')).toMatchObject({ code: 1, text: /has ended/ });
    expect(await ops('release', campaign.id, '--yes')).toMatchObject({ code: 1, text: /There is no dialer job/ });
    expect(await everything()).toEqual(before);
  });
});

describe('reconcile', () => {
  beforeEach(open);
  afterEach(close);

  const completed = (dialerJobId: string) =>
    eventOf(dialerJobId, 'completed', { outcome: 'reached', durationSeconds: 7 });

  it.each(['active', 'unconfirmed', 'dialing'])('records the end of a call whose job is %s', async (status) => {
    const { jobId, leadId } = campaign.talking;
    await database.query(`UPDATE dialer_jobs SET status = $2, check_at = now() WHERE id = $1`, [jobId, status]);
    carrier.lookup = () => ({ kind: 'found', report: completed(jobId) });
    const before = await everything();
    const foretold = await ops('reconcile', jobId);
    expect(foretold).toMatchObject({ code: 0, text: /has the call, completed/ });
    expect(foretold.text).not.toContain(dramaNumber(0));
    expect(await everything()).toEqual(before);

    expect(await ops('reconcile', jobId, '--yes')).toMatchObject({ code: 0, text: /the dialer job is succeeded/ });
    expect(await jobStatus(jobId)).toBe('succeeded');
    expect(carrier.requests).toEqual([]);
    expect(await leadOf(leadId)).toMatchObject({ status: 'completed' });
    expect(await violations()).toEqual({});
  });

  it('ends a call as lost that the provider does not know, when told to', async () => {
    const { jobId, leadId } = campaign.talking;
    carrier.lookup = () => ({ kind: 'not_found', isFinal: true });
    const before = await everything();
    expect(await ops('reconcile', jobId)).toMatchObject({ code: 0, text: /--as-lost --yes/ });
    expect(await ops('reconcile', jobId, '--yes')).toMatchObject({ code: 1, text: /--as-lost --yes/ });
    expect(await ops('reconcile', jobId, '--as-lost')).toMatchObject({ code: 0, text: /Would end the call as lost/ });
    expect(await everything()).toEqual(before);

    expect(await ops('reconcile', jobId, '--as-lost', '--yes')).toMatchObject({ code: 0, text: /its call lost/ });
    expect(await jobStatus(jobId)).toBe('failed');
    expect(await leadOf(leadId)).toMatchObject({ status: 'pending', outcome: 'lost', call_attempts: 1 });
    expect(carrier.requests).toEqual([]);
    expect(await violations()).toEqual({});
  });

  it('ends a call that might still appear only when told to', async () => {
    const { jobId } = campaign.talking;
    expect(await ops('reconcile', jobId, '--yes')).toMatchObject({ code: 0, text: /Nothing follows yet/ });
    expect(await jobStatus(jobId)).toBe('active');
    expect((await ops('reconcile', jobId, '--as-lost', '--yes')).code).toBe(0);
    expect(await jobStatus(jobId)).toBe('failed');
  });

  it('ends no call as lost that the provider has, nor one that it could not be asked about', async () => {
    const { jobId } = campaign.talking;
    const before = await everything();
    carrier.lookup = () => ({ kind: 'found', report: eventOf(jobId, 'in_progress') });
    expect(await ops('reconcile', jobId, '--as-lost', '--yes')).toMatchObject({ code: 1, text: /leave --as-lost out/ });
    carrier.lookup = () => ({ kind: 'unavailable', cause: 'out of order' });
    expect(await ops('reconcile', jobId, '--as-lost', '--yes')).toMatchObject({ code: 1, text: /out of order/ });
    expect(await everything()).toEqual(before);
  });

  it('ends no call as lost that is heard of while the provider is asked', async () => {
    const { jobId, callId } = campaign.talking;
    await database.query(`UPDATE calls SET status = 'initiated' WHERE id = $1`, [callId]);
    carrier.lookUp = async () => {
      await database.query(`UPDATE calls SET status = 'ringing' WHERE id = $1`, [callId]);
      return { kind: 'not_found', isFinal: true };
    };
    expect(await ops('reconcile', jobId, '--as-lost', '--yes')).toMatchObject({ code: 1, text: /moved meanwhile/ });
    expect(await jobStatus(jobId)).toBe('active');
  });

  it('hangs up a call that ought to be over', async () => {
    const { jobId } = campaign.talking;
    await database.query(`UPDATE dialer_jobs SET deadline_at = now() - interval '5 seconds' WHERE id = $1`, [jobId]);
    carrier.lookup = () => ({ kind: 'found', report: eventOf(jobId, 'in_progress') });
    expect(await ops('reconcile', jobId)).toMatchObject({ code: 0, text: /hang up/ });
    expect(carrier.hangUps).toEqual([]);
    expect(await ops('reconcile', jobId, '--yes')).toMatchObject({ code: 0, text: /hung_up/ });
    expect(carrier.hangUps).toMatchObject([{ dialerJobId: jobId }]);
  });

  it('asks about nothing that is queued, over, open at its worker or with another provider', async () => {
    const { jobId, callId } = campaign.talking;
    expect(await ops('reconcile', campaign.claimed.jobId)).toMatchObject({ code: 1, text: /use release/ });
    expect(await ops('reconcile', campaign.reached.jobId)).toMatchObject({ code: 1, text: /has ended/ });
    expect(await ops('reconcile', campaign.id)).toMatchObject({ code: 1, text: /There is no dialer job/ });
    await database.query(`UPDATE dialer_jobs SET status = 'dialing' WHERE id = $1`, [jobId]);
    expect(await ops('reconcile', jobId)).toMatchObject({ code: 1, text: /is being dialed/ });
    await database.query(`UPDATE calls SET provider = 'other' WHERE id = $1`, [callId]);
    expect(await ops('reconcile', jobId)).toMatchObject({ code: 1, text: /TELEPHONY_PROVIDER is obedient/ });
    expect(carrier.lookUps).toEqual([]);
  });
});

describe('rebuild-counters', () => {
  beforeEach(open);
  afterEach(close);

  const spoil = `
    UPDATE campaigns SET total_leads = 9, calls_completed = 9, calls_failed = 9, talk_seconds = 9,
      total_cost = 9, slot_seconds = 9`;

  it('has nothing to do where all is right', async () => {
    const before = await everything();
    expect(await ops('rebuild-counters', '--yes')).toMatchObject({ code: 0, text: /nothing was changed/ });
    expect(await everything()).toEqual(before);
  });

  it('says what would change from what to what, and does it with --yes', async () => {
    const right = await database.query(`SELECT * FROM campaign_tallies ORDER BY 1, 2, 3`);
    await database.query(spoil);
    await database.query(`DELETE FROM campaign_tallies WHERE subject = 'call'`);
    await database.query(`UPDATE campaign_tallies SET n = 7 WHERE subject = 'lead'`);
    await database.query(`INSERT INTO campaign_tallies VALUES ($1, 'outcome', 'busy', 5)`, [campaign.id]);
    const before = await everything();
    const foretold = await ops('rebuild-counters');
    expect(foretold.code).toBe(0);
    expect(foretold.text).toMatch(new RegExp(`${campaign.id}  total_leads +9 +4`));
    expect(foretold.text).toMatch(/lead completed +7 +1/);
    expect(foretold.text).toMatch(/call completed +0 +1/);
    expect(foretold.text).toMatch(/outcome busy +5 +0/);
    expect(await everything()).toEqual(before);

    const changed = await ops('rebuild-counters', '--yes');
    expect(changed).toMatchObject({ code: 0, text: /total_cost +9 +0.1234/ });
    expect(await database.query(`SELECT * FROM campaign_tallies ORDER BY 1, 2, 3`)).toEqual(right);
    expect(await violations()).toEqual({});
  });

  it('keeps to one campaign when told which', async () => {
    const other = await furnishCampaign(database, { provider: PROVIDER, from: 10 });
    await database.query(spoil);
    expect((await ops('rebuild-counters', campaign.id)).text).not.toContain(other.id);
    expect((await ops('rebuild-counters', campaign.id, '--yes')).code).toBe(0);
    expect(await violations()).toEqual({ 'campaign-counters': [other.id] });
  });
});

describe('slots', () => {
  beforeEach(open);
  afterEach(close);

  it('shows who holds each slot, and no number in full', async () => {
    const other = await furnishCampaign(database, { provider: PROVIDER, from: 10 });
    const { code, text } = await ops('slots');
    expect(code).toBe(0);
    expect(text).toMatch(new RegExp(`${campaign.talking.jobId}  ${campaign.id}  …000 +active +in_progress`));
    expect(text).toMatch(new RegExp(`${other.claimed.jobId}  ${other.id}  …011 +queued`));
    expect(text).not.toContain(campaign.reached.jobId);
    expect(text).not.toContain(dramaNumber(0));
    expect((await ops('slots', campaign.id)).text).not.toContain(other.id);
  });

  it('says so when none is taken', async () => {
    await database.query(`DELETE FROM campaigns`);
    expect(await ops('slots')).toEqual({ code: 0, text: 'No slot is occupied.\n' });
  });
});

describe('rebuild-queue on PostgreSQL', () => {
  beforeEach(open);
  afterEach(close);

  const inQueue = async () => (await database.query(`SELECT id FROM bullmq.job ORDER BY 1`)).map((job) => job['id']);
  const stray = '00000000-0000-4000-8000-000000000000';

  it('says what is there and what would be published, and does it with --yes', async () => {
    const { jobId } = campaign.claimed;
    await context.queue.publish([{ dialerJobId: stray, publication: 1 }]);
    const before = await everything();
    const foretold = await ops('rebuild-queue');
    expect(foretold).toMatchObject({ code: 0, text: /In the queue: 1\. .*: 1\./ });
    expect(foretold.text).toContain(campaign.id);
    expect(await everything()).toEqual(before);

    expect(await ops('rebuild-queue', '--yes')).toEqual({
      code: 0,
      text: 'Removed from the queue: 1. Dialer jobs published: 1.\n',
    });
    expect(await inQueue()).toEqual([`${jobId}-2`]);
    const [job] = await database.query(
      `SELECT publishes, check_at > now() AS is_later FROM dialer_jobs WHERE id = $1`,
      [jobId],
    );
    expect(job).toEqual({ publishes: 2, is_later: true });
    expect(await database.query(`SELECT FROM bullmq.meta WHERE field = 'paused'`)).toEqual([]);
    expect(await violations()).toEqual({});
  });

  it('publishes all of many', async () => {
    await database.query(`UPDATE campaigns SET max_concurrent_calls = 1000`);
    await database.query(
      `WITH more AS (
         INSERT INTO leads (tenant_id, campaign_id, phone_number, number_key, status)
         SELECT 't', $1, '+4420795' || n, '+4420795' || n, 'in_progress' FROM generate_series(10001, 10450) n
           RETURNING *)
       INSERT INTO dialer_jobs (tenant_id, campaign_id, lead_id, phone_number, check_at)
       SELECT tenant_id, campaign_id, id, phone_number, now() FROM more`,
      [campaign.id],
    );
    expect((await ops('rebuild-queue', '--yes')).text).toContain('published: 451.');
    const rung = await database.query<{ ids: string[] }>(`SELECT data -> 'dialer_job_ids' AS ids FROM bullmq.job`);
    expect(new Set(rung.flatMap(({ ids }) => ids)).size).toBe(451);
  });

  it('changes nothing while the queue is out of reach', async () => {
    await context.close();
    const redisUrl = `redis://127.0.0.1:${await freePort()}`;
    context = await openContext(testConfig(database.url, { REDIS_URL: redisUrl }), database.url, carrier);
    const before = await everything();
    expect(await ops('rebuild-queue', '--yes')).toMatchObject({ code: 1, text: /^The queue is unreachable .*\.\n$/ });
    expect(await everything()).toEqual(before);
    expect((await ops('verify')).code).toBe(0);
  });
});

describe.runIf(HAS_REDIS)('rebuild-queue on Redis', () => {
  let redis: RunningRedis;
  beforeAll(async () => {
    redis = await startRedis();
    database = await createTestDatabase();
    context = await openContext(
      testConfig(database.url, { REDIS_URL: redis.url }),
      database.url,
      new ObedientCarrier(),
    );
    campaign = await furnishCampaign(database, { provider: PROVIDER });
  });
  afterAll(async () => {
    await close();
    await redis.stop();
  });

  it('removes what is there, and publishes what is queued', async () => {
    await context.queue.publish([{ dialerJobId: campaign.reached.jobId, publication: 1 }]);
    expect((await ops('rebuild-queue', '--yes')).text).toBe('Removed from the queue: 1. Dialer jobs published: 1.\n');
    expect(await context.queue.size()).toBe(1);
    const server = new Redis(redis.url);
    const data = await server.hget(`bull:dial:${campaign.claimed.jobId}-2`, 'data').finally(() => server.disconnect());
    expect(data).toContain(campaign.claimed.jobId);
  });
});

describe('With the real engine', () => {
  it('all of it holds, while a campaign runs and when it has dialed everybody', async () => {
    const stage = await setStage('postgres');
    database = stage.database;
    context = await openContext(testConfig(database.url), database.url, new ObedientCarrier());
    await startCampaign(stage, { count: 60, max_concurrent_calls: 5, retry_failed: false });
    const isBusy = async () =>
      (await database.query(`SELECT FROM dialer_jobs WHERE check_at IS NOT NULL LIMIT 1`)).length > 0 ||
      (await database.query(`SELECT FROM leads WHERE status = 'pending' AND next_attempt_at <= now() LIMIT 1`)).length >
        0;
    await until('everybody has been dialed', async () => {
      const wasBusy = await isBusy();
      expect(await violations()).toEqual({});
      return !wasBusy;
    });
    await context.close();
    await stage.close();
  });
});

describe('Work that was given up', () => {
  beforeEach(open);
  afterEach(close);

  it('is listed, and taken up again where the operator wants it', async () => {
    expect((await ops('given-up')).text).toBe('No work was given up.\n');
    const subject = campaign.talking.callId;
    await database.query(
      `INSERT INTO work_tries (kind, subject, tries, given_up_at)
       VALUES ('conversation', $1, 3, now()), ('import', 'under way', 1, NULL)`,
      [subject],
    );
    expect((await ops('given-up')).text).toContain(subject);
    expect(JSON.parse((await ops('given-up', '--json')).text)).toMatchObject([
      { kind: 'conversation', subject, tries: 3 },
    ]);
    expect(await ops('given-up', subject)).toMatchObject({ code: 0, text: expect.stringContaining('--yes') });
    expect(await ops('given-up', subject, '--yes')).toMatchObject({ code: 0 });
    expect(await ops('given-up', subject, '--yes')).toMatchObject({ code: 1 });
    expect(await database.query('SELECT subject FROM work_tries')).toEqual([{ subject: 'under way' }]);
  });
});
