import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { describeOnEachQueue } from './on-each-queue.js';
import { campaignOf, setStage, startCampaign, type Stage } from './stage.js';

interface CallItem {
  readonly id: string;
  readonly status: string;
  readonly lead_id: string;
  readonly outcome: string;
  readonly duration_seconds: number | null;
}

const LEADS = 120;
const SLOTS = 5;

/** A campaign from its creation to its end, through the API alone, with the simulator as the carrier. */
describeOnEachQueue('The whole way', (backend) => {
  let stage: Stage;
  let campaignId: string;
  let mostLive = 0;

  beforeAll(async () => {
    stage = await setStage(backend);
    const campaign = await startCampaign(stage, { count: LEADS, max_concurrent_calls: SLOTS, retry_failed: false });
    campaignId = campaign.id;
    await until('everybody has been called', async () => {
      mostLive = Math.max(mostLive, await liveJobs(stage, campaignId));
      const { calls_completed, calls_failed } = await campaignOf(stage, campaignId);
      return Number(calls_completed) + Number(calls_failed) === LEADS;
    });
  });

  afterAll(() => stage.close());

  it('dials everybody once', async () => {
    const rows = await stage.database.query(`SELECT lead_id, count(*)::int AS calls FROM calls GROUP BY lead_id`);
    expect(rows).toHaveLength(LEADS);
    expect(rows.every((row) => row['calls'] === 1)).toBe(true);
  });

  it('never has more live calls than slots', () => {
    expect(mostLive).toBeGreaterThan(0);
    expect(mostLive).toBeLessThanOrEqual(SLOTS);
  });

  it('counts as its rows do', async () => {
    const campaign = await campaignOf(stage, campaignId);
    const [rows] = await stage.database.query(`
      SELECT (SELECT count(*)::int FROM leads) AS total_leads,
        (SELECT count(*)::int FROM calls WHERE status = 'completed') AS calls_completed,
        (SELECT count(*)::int FROM calls WHERE status <> 'completed') AS calls_failed`);
    expect(campaign).toMatchObject(rows!);
    const { body } = await stage.client.get(`/campaigns/${campaignId}/stats`);
    for (const [field, table, column] of [
      ['job_status_counts', 'dialer_jobs', 'status'],
      ['lead_status_counts', 'leads', 'status'],
      ['call_status_counts', 'calls', 'status'],
      ['outcome_counts', 'calls', 'outcome'],
    ] as const) {
      const counted = await stage.database.query(
        `SELECT ${column} AS status, count(*)::int AS n FROM ${table} WHERE ${column} IS NOT NULL GROUP BY 1`,
      );
      expect(body[field]).toEqual(Object.fromEntries(counted.map((row) => [row['status'], row['n']])));
    }
  });

  it('leaves every lead in a state that its call explains', async () => {
    const rows = await stage.database.query(`
      SELECT c.outcome, l.status, count(*)::int AS n FROM calls c JOIN leads l ON l.id = c.lead_id GROUP BY 1, 2`);
    const expected: Record<string, string> = {
      goal_reached: 'completed',
      reached: 'completed',
      opt_out: 'suppressed',
      bad_number: 'invalid',
      callback_requested: 'pending',
    };
    for (const row of rows)
      expect([row['outcome'], row['status']]).toEqual([row['outcome'], expected[row['outcome']] ?? 'exhausted']);
  });

  it('Calls · list: newest first, every call on exactly one page', async () => {
    const seen: CallItem[] = [];
    for (let page = 1; page <= 3; page++) {
      const { body } = await stage.client.get<{ items: CallItem[]; total: number }>(`/calls?page=${page}&page_size=50`);
      expect(body.total).toBe(LEADS);
      seen.push(...body.items);
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(LEADS);
  });

  it('Calls · list filtered by status', async () => {
    const { body } = await stage.client.get<{ items: CallItem[]; total: number }>(
      '/calls?status=completed&page_size=100',
    );
    expect(body.items.length).toBeGreaterThan(0);
    expect(body.items.every(({ status }) => status === 'completed')).toBe(true);
    expect(body.total).toBe((await campaignOf(stage, campaignId))['calls_completed']);
  });

  it.each(['status=sleeping', 'page=0', 'page_size=101', 'statuses=completed'])(
    'Calls · list refuses ?%s',
    async (query) => {
      const answer = await stage.client.get<{ errors: { field: string }[] }>(`/calls?${query}`);
      expect(answer.status).toBe(422);
      expect(answer.body.errors[0]?.field).toBe(query.split('=')[0]);
    },
  );

  it('Calls · details, transcript and recording of a conversation', async () => {
    const { body: list } = await stage.client.get<{ items: CallItem[] }>('/calls?status=completed');
    const { id } = list.items[0]!;
    const call = await until('its report has come', async () => {
      const { body } = await stage.client.get<Record<string, unknown>>(`/calls/${id}`);
      return body['recording_id'] ? body : undefined;
    });
    expect(call).toMatchObject({
      id,
      campaign_id: campaignId,
      status: 'completed',
      attempt: 1,
      transcript: expect.any(String),
      summary: expect.any(String),
      cost: expect.any(Number),
      recording_url: `/api/v1/calls/${id}/recording`,
    });
    const { body: transcript } = await stage.client.get<{ turns: { role: string; text: string }[]; text: string }>(
      `/calls/${id}/transcript`,
    );
    expect(transcript.turns.length).toBeGreaterThan(0);
    expect(transcript.text).toContain(transcript.turns[0]?.text);
    const [conversation] = await stage.database.query('SELECT messages FROM conversations WHERE call_id = $1', [id]);
    expect(conversation?.['messages']).toEqual(transcript.turns);
    const recording = await stage.client.get<string>(`/calls/${id}/recording`);
    expect(recording.headers.get('content-type')).toBe('audio/wav');
    expect(recording.body.slice(0, 4)).toBe('RIFF');
  });

  it('Calls · a call that was not answered has no transcript', async () => {
    const { body } = await stage.client.get<{ items: CallItem[] }>('/calls?status=no_answer');
    const { id } = body.items[0]!;
    expect(await stage.client.get(`/calls/${id}/transcript`)).toMatchObject({
      status: 404,
      body: { detail: expect.stringMatching(/^Transcript not found: /) },
    });
    expect((await stage.client.get(`/calls/${id}/recording`)).status).toBe(404);
    expect(await stage.client.get(`/calls/${crypto.randomUUID()}`)).toMatchObject({
      status: 404,
      body: { detail: 'Call not found' },
    });
  });

  it('completes once nobody is left to call, and goes on with contacts that are added later', async () => {
    await stage.database.query(`UPDATE leads SET status = 'exhausted' WHERE status = 'pending'`);
    const completed = () =>
      until('it has completed', async () => (await campaignOf(stage, campaignId)).status === 'completed');
    await completed();
    await stage.client.post(`/campaigns/${campaignId}/contacts`, { phone_number: '+442079460999' });
    expect(await stage.client.post(`/campaigns/${campaignId}/start`)).toMatchObject({ body: { jobs_enqueued: 1 } });
    await until(
      'it has been called',
      async () => (await stage.database.query(`SELECT 1 FROM calls`)).length === LEADS + 1,
    );
  });
});

async function liveJobs({ database }: Stage, campaignId: string): Promise<number> {
  const [row] = await database.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM dialer_jobs
     WHERE campaign_id = $1 AND status IN ('queued', 'dialing', 'active', 'unconfirmed')`,
    [campaignId],
  );
  return row?.n ?? 0;
}
