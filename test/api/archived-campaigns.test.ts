import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setStage, startCampaign, type Stage } from '../engine/dialing/stage.js';
import { eventOf, ObedientCarrier } from '../support/obedient-carrier.js';
import { createCampaign, dramaNumber, newAdmin } from '../support/running-api.js';
import { until } from '../support/until.js';

interface List {
  readonly campaigns: readonly { id: string; status: string }[];
  readonly total: number;
}

describe('An archived campaign', () => {
  let stage: Stage;
  let carrier: ObedientCarrier;
  let next = 0;
  beforeAll(async () => {
    carrier = new ObedientCarrier();
    stage = await setStage('postgres', carrier);
  });
  afterAll(() => stage.close());

  const statusOf = async (id: string) =>
    (await stage.client.get<{ campaign: { status: string } }>(`/campaigns/${id}`)).body.campaign.status;
  const archive = (id: string) => stage.client.delete(`/campaigns/${id}`);

  /** A campaign without contacts, put into a status as the engine would. */
  async function campaignIn(status: string): Promise<string> {
    const { id } = await createCampaign(stage.client);
    await stage.database.query(`UPDATE campaigns SET status = $2, wake_at = NULL WHERE id = $1`, [id, status]);
    return id;
  }

  async function archived(): Promise<string> {
    const id = await campaignIn('draft');
    expect((await archive(id)).status).toBe(204);
    return id;
  }

  it.each(['draft', 'completed', 'stopped'])(
    'is made of one that is %s, once however often it is asked',
    async (was) => {
      const id = await campaignIn(was);
      const answers = [await archive(id), ...(await Promise.all([archive(id), archive(id)]))];
      expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [204, '']));
      expect(await statusOf(id)).toBe('archived');
      const log = await stage.client.get<{ items: { detail: object }[]; total: number }>(
        `/audit-log?action=campaign.archive&subject_id=${id}`,
      );
      expect([log.body.total, log.body.items[0]!.detail]).toEqual([1, { was }]);
    },
  );

  it.each(['running', 'paused', 'scheduled'])(
    'is not made of one that is %s, which is told what to do',
    async (was) => {
      const id = await campaignIn(was);
      expect(await archive(id)).toMatchObject({
        status: 409,
        body: {
          code: 'campaign_state_conflict',
          current_status: was,
          detail: `Cannot archive a campaign that is ${was}: it must be draft or completed or stopped; stop it first`,
        },
      });
      expect(await statusOf(id)).toBe(was);
      expect((await stage.client.post(`/campaigns/${id}/stop`)).status).toBe(200);
      expect((await archive(id)).status).toBe(204);
    },
  );

  it('is no campaign of nobody, nor of another tenant', async () => {
    const { id } = await createCampaign(await newAdmin(stage.api.client));
    for (const one of [id, crypto.randomUUID()])
      expect(await archive(one)).toMatchObject({ status: 404, body: { detail: 'Campaign not found' } });
  });

  it('is in the list where its status is asked for, and nowhere else', async () => {
    const client = await newAdmin(stage.api.client);
    const [kept, gone] = [await createCampaign(client), await createCampaign(client)];
    await client.delete(`/campaigns/${gone.id}`);
    const list = async (query: string) => {
      const { campaigns, total } = (await client.get<List>(`/campaigns${query}`)).body;
      return [campaigns.map(({ id }) => id), total];
    };
    expect(await list('')).toEqual([[kept.id], 1]);
    expect(await list('?status=archived')).toEqual([[gone.id], 1]);
    expect(await list('?status=archived,draft')).toEqual([[gone.id, kept.id], 2]);
    expect(await list('?status=running')).toEqual([[], 0]);
    expect((await client.get('/campaigns?status=gone')).status).toBe(422);
  });

  it.each(['start', 'resume', 'pause', 'stop', 'redial'])('answers %s with 409, and stays', async (command) => {
    const id = await archived();
    expect(await stage.client.post(`/campaigns/${id}/${command}`)).toMatchObject({
      status: 409,
      body: { code: 'campaign_state_conflict', current_status: 'archived' },
    });
    expect(await statusOf(id)).toBe('archived');
  });

  it('takes neither changes nor contacts', async () => {
    const id = await archived();
    const contact = { phone_number: dramaNumber(next++) };
    const answers = [
      await stage.client.patch(`/campaigns/${id}`, { name: 'x' }),
      await stage.client.post(`/campaigns/${id}/contacts`, contact),
      await stage.client.post(`/campaigns/${id}/contacts/bulk`, { contacts: [contact] }),
      await stage.client.post(`/campaigns/${id}/imports`, undefined, {
        rawBody: `phone\n${contact.phone_number}\n`,
        headers: { 'content-type': 'text/csv' },
      }),
    ];
    expect(answers).toMatchObject(answers.map(() => ({ status: 409, body: { code: 'campaign_closed' } })));
  });

  it('is either that or running, when both are asked for at once', async () => {
    for (let n = 0; n < 8; n++) {
      const { id } = await createCampaign(stage.client);
      await stage.client.post(`/campaigns/${id}/contacts`, { phone_number: dramaNumber(next++) });
      const [started, gone] = await Promise.all([stage.client.post(`/campaigns/${id}/start`), archive(id)]);
      expect([
        [200, 409, 'running'],
        [409, 204, 'archived'],
      ]).toContainEqual([started.status, gone.status, await statusOf(id)]);
      await stage.client.post(`/campaigns/${id}/stop`);
    }
  });

  it('calls nobody any more, while what is told late of its calls comes in', async () => {
    const from = next;
    next += 2;
    const campaign = await startCampaign(stage, { count: 2, from, max_concurrent_calls: 1 });
    const requestTo = (n: number) => carrier.requests.find(({ to }) => to === dramaNumber(n));
    const isCalled = [from, from + 1].map((n) => () => requestTo(n) !== undefined);
    await until('one of them is called', async () => isCalled.some((one) => one()));
    const called = isCalled[0]!() ? from : from + 1;
    const { dialerJobId } = requestTo(called)!;
    await until('the call is on the line', async () => {
      return (
        await stage.database.query(`SELECT 1 FROM dialer_jobs WHERE id = $1 AND status = 'active'`, [dialerJobId])
      )[0];
    });
    expect((await stage.client.post(`/campaigns/${campaign.id}/stop`)).status).toBe(200);
    expect((await archive(campaign.id)).status).toBe(204);

    carrier.report(eventOf(dialerJobId, 'no_answer'));
    const callOf = async () =>
      (
        await stage.database.query<{ status: string }>(`SELECT status FROM calls WHERE dialer_job_id = $1`, [
          dialerJobId,
        ])
      )[0];
    await until('the end is recorded', async () => (await callOf())?.status === 'no_answer');
    await stage.database.query(`UPDATE leads SET next_attempt_at = now() WHERE campaign_id = $1`, [campaign.id]);

    const before = carrier.requests.length;
    await startCampaign(stage, { count: 1, from: next++ });
    await until('another campaign is dialed after it', async () => carrier.requests.length > before);
    expect(await statusOf(campaign.id)).toBe('archived');
    const jobs = await stage.database.query(`SELECT 1 FROM dialer_jobs WHERE campaign_id = $1`, [campaign.id]);
    expect(jobs).toHaveLength(1);
    expect((await stage.client.get<{ total: number }>(`/calls?campaign_id=${campaign.id}`)).body.total).toBe(1);
    const { body } = await stage.client.get<{ blocked_by: object[]; activity: string }>(
      `/campaigns/${campaign.id}/diagnostics`,
    );
    expect(body).toMatchObject({ status: 'archived', activity: 'done' });
  });
});
