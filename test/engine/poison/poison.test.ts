import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseFailpoints } from '#config/failpoints.js';
import { MOST_TRIES } from '#rules/attempt/work-tries.js';
import { furnishCampaign } from '../../support/furnished-campaign.js';
import { testConfig } from '../../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';
import { until } from '../../support/until.js';
import { DoomedWorkers } from './doomed-worker.js';

const POISON = 'xyzzy';
const INNOCENT = 14;

/**
 * Each test starts up to six processes, one after the other. A machine with much else to do takes its time for that.
 */
const PATIENCE_MS = 900_000;

describe('Work that kills or freezes every process that begins it', { timeout: PATIENCE_MS }, () => {
  let workers: DoomedWorkers;
  let database: TestDatabase;

  beforeAll(() => void (workers = new DoomedWorkers()));
  afterAll(() => workers.close());
  beforeEach(async () => void (database = await createTestDatabase()));
  afterEach(() => database.drop());

  const orders = (work: string, more: object = {}) => ({
    config: testConfig(database.url),
    work,
    poison: POISON,
    isFreezing: false,
    ...more,
  });

  /** Conversations that are over, the poisonous one among them. @returns its call. */
  async function furnishConversations(): Promise<string> {
    for (let n = 0; n <= INNOCENT; n++) await furnishCampaign(database, { provider: 'twilio', from: 10 * n });
    const rows = await database.query<{ call_id: string }>(
      `INSERT INTO conversations (tenant_id, call_id, status, sessions, session_end, conclude_at, messages)
       SELECT c.tenant_id, c.id, 'in_progress', 1, 'hung_up', now(), jsonb_build_array(jsonb_build_object(
         'role', 'person', 'text', CASE WHEN row_number() OVER (ORDER BY c.id) = 5 THEN '${POISON}' ELSE 'Yes.' END,
         'seconds_from_start', 1))
       FROM calls c WHERE c.status = 'in_progress' RETURNING call_id, messages`,
    );
    expect(rows).toHaveLength(INNOCENT + 1);
    const [poison] = await database.query<{ call_id: string }>(
      `SELECT call_id FROM conversations WHERE messages::text LIKE '%${POISON}%'`,
    );
    return poison!.call_id;
  }

  const leasesRunOut = () =>
    database.query(
      `UPDATE conversations SET conclude_at = now() WHERE conclude_at IS NOT NULL AND conclude_attempts < 2`,
    );

  const tries = () =>
    database.query('SELECT kind, subject, tries, given_up_at IS NOT NULL AS is_given_up FROM work_tries');

  const untold = () =>
    database
      .query(`SELECT call_id FROM conversations WHERE conclude_attempts = 0`)
      .then((rows) => rows.map((row) => row['call_id']));

  it('is given up after three deaths if it is a conversation, and those taken with it are concluded', async () => {
    const poison = await furnishConversations();
    let deaths = 0;
    while ((await workers.start(orders('conclude')).end) === 'SIGKILL') {
      deaths += 1;
      expect(deaths).toBeLessThanOrEqual(MOST_TRIES);
      await leasesRunOut();
    }
    expect(deaths).toBe(MOST_TRIES);
    expect(await tries()).toEqual([{ kind: 'conversation', subject: poison, tries: MOST_TRIES, is_given_up: true }]);
    expect(await untold()).toEqual([poison]);
    const [row] = await database.query('SELECT status, conclude_at FROM conversations WHERE call_id = $1', [poison]);
    expect(row).toEqual({ status: 'completed', conclude_at: null });
  });

  it('is taken over from a process that is frozen, which counts as a try', async () => {
    await furnishConversations();
    const frozen = workers.start(orders('conclude', { isFreezing: true }));
    await once(frozen.child.stdout!, 'data');
    const isWrittenDown = async () => {
      await leasesRunOut();
      expect(await workers.start(orders('conclude', { poison: 'nothing' })).end).toBe(null);
      return (await untold()).length === 0;
    };
    await until('another worker has written all of them down', isWrittenDown, PATIENCE_MS);
    expect(await tries()).toEqual([]);
    const [told] = await database.query('SELECT count(*)::int AS n FROM calls WHERE transcript IS NOT NULL');
    expect(told!['n']).toBe(INNOCENT + 1);
    frozen.child.kill('SIGKILL');
    await frozen.end;
  });

  it('ends an import as failed, with a code and a sentence, after five deaths', async () => {
    const { id } = await furnishCampaign(database, { provider: 'twilio' });
    const [row] = await database.query<{ id: string }>(
      `WITH i AS (INSERT INTO imports (tenant_id, kind, campaign_id, status, claimed_until, options)
         VALUES ('t', 'contacts', $1, 'queued', now(), '{"dry_run": false, "on_duplicate": "skip", "mapping": null}')
         RETURNING id)
       INSERT INTO import_chunks (import_id, n, bytes)
       SELECT id, 0, convert_to(E'phone\n+442079460999\n', 'UTF8') FROM i
       RETURNING import_id AS id`,
      [id],
    );
    const failpoints = { armed: parseFailpoints('import.stored:kill'), logFile: null };
    const doomed = orders('import', { config: { ...testConfig(database.url), failpoints } });
    let deaths = 0;
    while ((await workers.start(doomed).end) === 'SIGKILL') {
      deaths += 1;
      expect(deaths).toBeLessThanOrEqual(5);
      await database.query('UPDATE imports SET claimed_until = now() WHERE claimed_until IS NOT NULL');
    }
    expect(deaths).toBe(5);
    const [ended] = await database.query('SELECT status, problem_code, problem FROM imports');
    expect(ended).toMatchObject({ status: 'failed', problem_code: 'internal' });
    expect(ended!['problem']).toContain('several times');
    expect(await tries()).toMatchObject([{ kind: 'import', subject: row!.id, is_given_up: true }]);
  });
});
