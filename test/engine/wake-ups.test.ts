import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CampaignStatus } from '#rules/campaign/campaign-status.js';
import { dialingIn } from '#rules/campaign/dialing-time.js';
import { setStage, type Stage } from './dialing/stage.js';
import type { ApiClient } from '../support/api-client.js';
import { eventOf, ObedientCarrier } from '../support/obedient-carrier.js';
import { AT_ANY_HOUR, closedNow, createCampaign, dramaNumber, newAdmin } from '../support/running-api.js';
import { until } from '../support/until.js';

const HOUR_MS = 3_600_000;

/** True for changes that an answer tells of: those of a whole tenant are told by each campaign's diagnosis. */
const isTold = (name: string) => !/tenant|kill switch/.test(name);

const RUN = `UPDATE campaigns SET status = 'running', started_at = now(), wake_at = now() WHERE id = $1`;
const WAITS = `SELECT 1 FROM campaigns k WHERE id = $1 AND (wake_at IS NULL OR wake_at > now())`;

interface Scene {
  readonly client: ApiClient;
  readonly campaignId: string;
  /** The person who is to be called once the campaign wakes. */
  readonly number: string;
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Event that may let a person be called, and the circumstances that keep the person from being called before. */
interface WakeUp {
  readonly campaign?: Record<string, unknown>;
  /** False: the person is not among the contacts before. */
  readonly isThere?: boolean;
  readonly before?: (scene: Scene) => Promise<unknown>;
  readonly act: (scene: Scene) => Promise<Answer>;
}

describe('Who wakes a campaign', () => {
  let stage: Stage;
  let carrier: ObedientCarrier;
  let next = 0;
  beforeAll(async () => {
    carrier = new ObedientCarrier();
    stage = await setStage('postgres', carrier);
  });
  afterAll(() => stage.close());

  const wasCalled = (number: string) => carrier.requests.some(({ to }) => to === number);
  const called = (number: string) => until(`${number} is called`, async () => wasCalled(number));
  const hangUp = (number: string, status: 'no_answer' | 'completed' = 'completed') =>
    carrier.report(eventOf(carrier.requests.findLast(({ to }) => to === number)!.dialerJobId, status));
  const pathOf = ({ campaignId }: Scene) => `/campaigns/${campaignId}`;
  const statusOf = async (scene: Scene) =>
    (await scene.client.get<{ campaign: { status: CampaignStatus } }>(pathOf(scene))).body.campaign.status;
  const answerOf = (answer: Promise<unknown>) => answer as Promise<Answer>;

  async function contactIdOf({ client, campaignId, number }: Scene): Promise<string> {
    const { body } = await client.get<{ items: { id: string; phone_number: string }[] }>(
      `/campaigns/${campaignId}/contacts`,
    );
    return body.items.find(({ phone_number }) => phone_number === number)!.id;
  }

  async function sendFile(scene: Scene): Promise<Answer> {
    const response = await fetch(`${scene.client.origin}/api/v1${pathOf(scene)}/imports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${scene.client.token}`, 'content-type': 'text/csv' },
      body: `phone_number\n${scene.number}\n`,
    });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, body: { ...body, ...(body['import'] as object) } };
  }

  async function calledLately({ client, number }: Scene): Promise<void> {
    const other = await createCampaign(client, { retry_failed: false });
    await client.post(`/campaigns/${other.id}/contacts`, { phone_number: number });
    await client.post(`/campaigns/${other.id}/start`);
    await called(number);
    hangUp(number, 'no_answer');
    await until(
      'that campaign is over',
      async () => (await statusOf({ client, number, campaignId: other.id })) === 'completed',
    );
    carrier.requests.length = 0;
  }

  const patched = (fields: Record<string, unknown>) => (scene: Scene) =>
    answerOf(scene.client.patch(pathOf(scene), fields));

  const WAKE_UPS: Record<string, WakeUp> = {
    'a contact that is added': {
      isThere: false,
      act: (scene) => answerOf(scene.client.post(`${pathOf(scene)}/contacts`, { phone_number: scene.number })),
    },
    'contacts that are added in bulk': {
      isThere: false,
      act: (scene) =>
        answerOf(scene.client.post(`${pathOf(scene)}/contacts/bulk`, { contacts: [{ phone_number: scene.number }] })),
    },
    'contacts that are imported': { isThere: false, act: sendFile },
    'a consent': {
      campaign: { requires_consent: true },
      act: ({ client, number }) =>
        answerOf(client.post('/consents', { phone_number: number, source: 'form', channel: 'web' })),
    },
    'a do-not-call entry that is lifted': {
      before: async ({ client, campaignId, number }) => {
        // Another person is in a call: a campaign of suppressed people alone completes.
        await client.post(`/campaigns/${campaignId}/contacts`, { phone_number: dramaNumber(next++) });
        await client.post('/dnc', { phone_number: number });
      },
      act: ({ client, number }) => answerOf(client.delete(`/dnc/${encodeURIComponent(number)}`)),
    },
    'an edit of the hours': {
      campaign: { calling_window: closedNow() },
      act: patched({ calling_window: AT_ANY_HOUR }),
    },
    'an edit of the gap': {
      campaign: { min_gap_seconds: 86_400 },
      before: calledLately,
      act: patched({ min_gap_seconds: 0 }),
    },
    'an edit of the contact': {
      campaign: { calling_window: closedNow() },
      act: async (scene) => {
        const path = `${pathOf(scene)}/contacts/${await contactIdOf(scene)}`;
        return answerOf(scene.client.patch(path, { timezone: 'Etc/GMT-12' }));
      },
    },
    "an edit of the tenant's gap": {
      before: async (scene) => {
        await scene.client.patch('/tenant', { min_gap_seconds: 86_400 });
        await calledLately(scene);
      },
      act: ({ client }) => answerOf(client.patch('/tenant', { min_gap_seconds: 0 })),
    },
    "an edit of the tenant's cap": {
      before: async (scene) => {
        await scene.client.patch('/tenant', { frequency_cap: { attempts: 1, days: 7 } });
        await calledLately(scene);
      },
      act: ({ client }) => answerOf(client.patch('/tenant', { frequency_cap: null })),
    },
    'a kill switch that is released': {
      isThere: false,
      act: async ({ client, campaignId, number }) => {
        await client.post('/tenant/kill-switch/engage', { reason: 'a test' });
        await client.post(`/campaigns/${campaignId}/contacts`, { phone_number: number });
        return answerOf(client.post('/tenant/kill-switch/release', { resume_campaigns: true }));
      },
    },
  };

  async function sceneOf({ campaign, isThere = true, before }: WakeUp): Promise<Scene> {
    const client = await newAdmin(stage.api.client);
    const { id } = await createCampaign(client, { ...campaign, max_concurrent_calls: 5 });
    const scene = { client, campaignId: id, number: dramaNumber(next++) };
    await before?.(scene);
    if (isThere) await client.post(`/campaigns/${id}/contacts`, { phone_number: scene.number });
    return scene;
  }

  describe.each(Object.entries(WAKE_UPS))('%s', (name, wakeUp) => {
    it('wakes a running campaign', async () => {
      const scene = await sceneOf(wakeUp);
      await stage.database.query(RUN, [scene.campaignId]);
      await until('nobody is due', async () => (await stage.database.query(WAITS, [scene.campaignId])).length > 0);
      expect(wasCalled(scene.number)).toBe(false);
      const answer = await wakeUp.act(scene);
      expect(answer.status).toBeLessThan(300);
      if (isTold(name)) expect(JSON.stringify(answer.body)).toContain('"dials":"now"');
      await called(scene.number);
      for (const { dialerJobId } of carrier.requests) carrier.report(eventOf(dialerJobId, 'completed'));
    });
  });

  const PUT: Record<Exclude<CampaignStatus, 'running'>, (scene: Scene) => Promise<unknown>> = {
    draft: async () => undefined,
    scheduled: async ({ client, campaignId }) => {
      await client.patch(`/campaigns/${campaignId}`, { start_at: new Date(Date.now() + HOUR_MS).toISOString() });
      await stage.database.query(`UPDATE campaigns SET status = 'scheduled' WHERE id = $1`, [campaignId]);
    },
    paused: ({ campaignId }) =>
      stage.database.query(`UPDATE campaigns SET status = 'paused', status_reason = 'user' WHERE id = $1`, [
        campaignId,
      ]),
    completed: ({ campaignId }) =>
      stage.database.query(`UPDATE campaigns SET status = 'completed', completed_at = now() WHERE id = $1`, [
        campaignId,
      ]),
    stopped: ({ campaignId }) =>
      stage.database.query(`UPDATE campaigns SET status = 'stopped', completed_at = now() WHERE id = $1`, [campaignId]),
    archived: ({ campaignId }) =>
      stage.database.query(`UPDATE campaigns SET status = 'archived' WHERE id = $1`, [campaignId]),
  };

  const TOLD = Object.entries(WAKE_UPS).filter(([name]) => isTold(name));
  const CASES = TOLD.flatMap(([name, wakeUp]) =>
    (Object.keys(PUT) as (keyof typeof PUT)[]).map((status) => ({ name, wakeUp, status })),
  ).filter(({ name, status }) => !(status === 'archived' && /edit/.test(name)));

  it.each(CASES)(
    '$name does not wake a campaign that is $status, and the answer says so',
    async ({ wakeUp, status }) => {
      const scene = await sceneOf(wakeUp);
      if (wakeUp.campaign?.['requires_consent'])
        await stage.database.query(
          `UPDATE leads SET block_code = 'no_consent', next_attempt_at = 'infinity' WHERE campaign_id = $1`,
          [scene.campaignId],
        );
      await PUT[status](scene);
      const { status: code, body } = await wakeUp.act(scene);
      const dialing = dialingIn(status);
      if (wakeUp.isThere === false && dialing.dials === 'never') {
        expect([code, body]).toMatchObject([
          409,
          { code: 'campaign_closed', detail: dialing.detail, current_status: status },
        ]);
        expect(await stage.database.query('SELECT 1 FROM leads WHERE campaign_id = $1', [scene.campaignId])).toEqual(
          [],
        );
        return;
      }
      expect(code).toBeLessThan(300);
      const said = 'campaigns' in body ? (body['campaigns'] as object[])[0] : body['dialing'];
      expect(said).toMatchObject(dialing);
      expect(await statusOf(scene)).toBe(status);
      expect(wasCalled(scene.number)).toBe(false);
    },
  );

  it('stays open for those who may yet consent, and completes after the last', async () => {
    const client = await newAdmin(stage.api.client);
    const { id: campaignId } = await createCampaign(client, { requires_consent: true, retry_failed: false });
    const numbers = [dramaNumber(next++), dramaNumber(next++)] as const;
    await client.post(`/campaigns/${campaignId}/contacts/bulk`, {
      contacts: numbers.map((phone_number) => ({ phone_number })),
    });
    expect(await client.post(`/campaigns/${campaignId}/start`)).toMatchObject({
      status: 200,
      body: { jobs_enqueued: 2 },
    });
    const diagnosis = async () =>
      (await client.get<Record<string, unknown>>(`/campaigns/${campaignId}/diagnostics`)).body;
    await until('both are held back', async () => JSON.stringify(await diagnosis()).includes('"contacts":2'));
    expect(await diagnosis()).toMatchObject({ status: 'running', activity: 'blocked' });
    for (const [n, number] of numbers.entries()) {
      const answer = await client.post<Record<string, unknown>>('/consents', {
        phone_number: number,
        source: 'form',
        channel: 'web',
      });
      expect(answer).toMatchObject({ status: 201, body: { campaigns: [{ campaign_id: campaignId, dials: 'now' }] } });
      await called(number);
      if (n === 0) expect(await statusOf({ client, campaignId, number })).toBe('running');
      hangUp(number);
    }
    await until(
      'it completes',
      async () => (await statusOf({ client, campaignId, number: numbers[0] })) === 'completed',
    );
  });

  it('stays open while a file is on its way, however fast the rows before are called', async () => {
    const client = await newAdmin(stage.api.client);
    const { id: campaignId, tenant_id } = await createCampaign(client, { retry_failed: false });
    const number = dramaNumber(next++);
    await client.post(`/campaigns/${campaignId}/contacts`, { phone_number: number });
    const [open] = await stage.database.query<{ id: string }>(
      `INSERT INTO imports (tenant_id, kind, campaign_id, status, claimed_until)
       VALUES ($1, 'contacts', $2, 'receiving',
        now() + interval '10 minutes')
       RETURNING id`,
      [tenant_id, campaignId],
    );
    await client.post(`/campaigns/${campaignId}/start`);
    await called(number);
    hangUp(number);
    const scene = { client, campaignId, number };
    const looksAgain = `SELECT 1 FROM campaigns WHERE id = $1 AND status = 'running' AND calls_completed = 1
      AND wake_at IS NOT NULL`;
    await until('the call is over', async () => (await stage.database.query(looksAgain, [campaignId])).length > 0);
    await stage.database.query(
      `UPDATE imports SET status = 'canceled', claimed_until = NULL, finished_at = now() WHERE id = $1`,
      [open!.id],
    );
    await until('it completes', async () => (await statusOf(scene)) === 'completed');
  });

  it('is told by the diagnosis of a completed campaign that somebody waits for another start', async () => {
    const scene = await sceneOf({ act: async () => ({ status: 200, body: {} }) });
    await PUT.completed(scene);
    const { body } = await scene.client.get(`${pathOf(scene)}/diagnostics`);
    expect(body).toMatchObject({
      activity: 'done',
      blocked_by: [{ code: 'completed', detail: dialingIn('completed').detail }],
    });
    await scene.client.post(`${pathOf(scene)}/start`);
    await called(scene.number);
    hangUp(scene.number);
  });
});
