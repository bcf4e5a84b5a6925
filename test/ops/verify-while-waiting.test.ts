import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openContext, type OpsContext } from '../../apps/local/src/ops/ops-context.js';
import { runOps } from '../../apps/local/src/ops/run-ops.js';
import { setStage, type Stage } from '../engine/dialing/stage.js';
import type { ApiClient } from '../support/api-client.js';
import { eventOf, ObedientCarrier } from '../support/obedient-carrier.js';
import { closedNow, createCampaign, dramaNumber, newAdmin } from '../support/running-api.js';
import { testConfig } from '../support/test-config.js';
import { until } from '../support/until.js';

interface Waiting {
  readonly campaign?: Record<string, unknown>;
  readonly contact?: Record<string, unknown>;
  readonly before?: (scene: Scene) => Promise<unknown>;
  /** Called after the start. */
  readonly after?: (scene: Scene) => Promise<unknown>;
  /** Reason why the campaign's contact waits, as a condition on l (the lead) and k (the campaign). */
  readonly waits: string;
}

interface Scene {
  readonly client: ApiClient;
  readonly campaignId: string;
  readonly number: string;
}

/** Campaigns in which nothing is wrong and no person can be called: operators ignore a check that warns of them. */
describe('npm run ops -- verify', () => {
  let stage: Stage;
  let carrier: ObedientCarrier;
  let context: OpsContext;
  let next = 0;

  beforeAll(async () => {
    carrier = new ObedientCarrier();
    stage = await setStage('postgres', carrier);
    context = await openContext(testConfig(stage.database.url), stage.database.url, carrier);
  });

  afterAll(async () => {
    await context.close();
    await stage.close();
  });

  afterEach(() =>
    stage.database.query(`UPDATE installation SET dialing_halted_at = NULL, allowed_countries = '["*"]'`),
  );

  async function ops(...argv: string[]): Promise<{ code: number; text: string }> {
    let text = '';
    const write = (more: string) => (text += `${more}\n`);
    const code = await runOps(argv, (work) => work(context), { print: write, complain: write });
    return { code, text };
  }

  const requestTo = (number: string) => carrier.requests.findLast(({ to }) => to === number);

  async function callEndsWith(number: string, status: 'no_answer' | 'completed', extra = {}): Promise<void> {
    const request = await until(`${number} is called`, async () => requestTo(number));
    carrier.report(eventOf(request.dialerJobId, status, extra));
  }

  const DUE = `l.status = 'pending' AND l.next_attempt_at <= now()`;
  const LATER = `l.status = 'pending' AND l.next_attempt_at > now()`;

  const WAITING: Readonly<Record<string, Waiting>> = {
    'hours that are closed': { campaign: { calling_window: closedNow() }, waits: DUE },
    'a retry': { after: ({ number }) => callEndsWith(number, 'no_answer'), waits: LATER },
    'a call-back that was asked for': {
      after: ({ number }) => callEndsWith(number, 'completed', { outcome: 'callback_requested', durationSeconds: 5 }),
      waits: LATER,
    },
    'a consent': { campaign: { requires_consent: true }, waits: LATER },
    'a do-not-call entry that ends': {
      before: ({ client, number }) =>
        client.post('/dnc', { phone_number: number, expires_at: new Date(Date.now() + 86_400_000).toISOString() }),
      waits: LATER,
    },
    'a gap between calls': {
      campaign: { min_gap_seconds: 86_400 },
      before: async ({ client, number }) => {
        const other = await createCampaign(client, { retry_failed: false });
        await client.post(`/campaigns/${other.id}/contacts`, { phone_number: number });
        await client.post(`/campaigns/${other.id}/start`);
        await callEndsWith(number, 'no_answer');
        await until('the other campaign is over', async () => {
          const { body } = await client.get<{ campaign: { status: string } }>(`/campaigns/${other.id}`);
          return body.campaign.status === 'completed';
        });
      },
      waits: LATER,
    },
    'somebody who goes on after a pause': {
      campaign: { calling_window: closedNow() },
      after: ({ client, campaignId }) => client.post(`/campaigns/${campaignId}/pause`),
      waits: `l.status = 'pending' AND k.status = 'paused'`,
    },
    'a start that is planned': {
      before: ({ client, campaignId }) =>
        client.patch(`/campaigns/${campaignId}`, { start_at: new Date(Date.now() + 86_400_000).toISOString() }),
      waits: `l.status = 'pending' AND k.status = 'scheduled'`,
    },
    'a day on which more calls are allowed': {
      before: ({ client }) => setLimit(client, 'calls_per_day', 0),
      waits: DUE,
    },
    'calls that the operator allows at the same time': {
      before: ({ client }) => setLimit(client, 'concurrent_calls', 0),
      waits: DUE,
    },
    minutes: {
      campaign: { calling_window: closedNow() },
      after: ({ client }) => client.patch('/tenant', { minutes_remaining: 0 }),
      waits: `l.status = 'pending'`,
    },
    'a country that is allowed': {
      campaign: { calling_window: closedNow() },
      after: () => stage.database.query(`UPDATE installation SET allowed_countries = '["US"]'`),
      waits: `l.status = 'pending'`,
    },
    'the end of a halt': {
      campaign: { calling_window: closedNow() },
      after: () => stage.database.query(`UPDATE installation SET dialing_halted_at = now()`),
      waits: DUE,
    },
    'the one slot that there is': {
      campaign: { max_concurrent_calls: 1 },
      after: async ({ client, campaignId, number }) => {
        await until('it is called', async () => requestTo(number));
        await client.post(`/campaigns/${campaignId}/contacts`, { phone_number: dramaNumber(next++) });
      },
      waits: DUE,
    },
  };

  async function setLimit(client: ApiClient, name: string, value: number): Promise<void> {
    const { body } = await client.get<{ tenant_id: string }>('/auth/me');
    const { code, text } = await ops(
      'tenant',
      'limits',
      `--tenant=${body.tenant_id}`,
      `--${name.replaceAll('_', '-')}=${value}`,
      '--yes',
    );
    if (code !== 0) throw new Error(text);
  }

  it.each(Object.entries(WAITING))('has nothing to say of a campaign that waits for %s', async (name, waiting) => {
    const client = await newAdmin(stage.api.client);
    const { id: campaignId } = await createCampaign(client, { max_concurrent_calls: 5, ...waiting.campaign });
    const scene = { client, campaignId, number: (waiting.contact?.['phone_number'] as string) ?? dramaNumber(next++) };
    await waiting.before?.(scene);
    await client.post(`/campaigns/${campaignId}/contacts`, { phone_number: scene.number, ...waiting.contact });
    const started = await client.post(`/campaigns/${campaignId}/start`);
    expect([name, started.status]).toEqual([name, 200]);
    await waiting.after?.(scene);
    await until('it waits', async () => {
      const rows = await stage.database.query(
        `SELECT FROM leads l JOIN campaigns k ON k.id = l.campaign_id WHERE k.id = $1 AND (${waiting.waits})
          AND (k.wake_at IS NULL OR k.wake_at > now())`,
        [campaignId],
      );
      return rows.length > 0;
    });
    const { code, text } = await ops('verify');
    expect(text).toContain('All of it is true.');
    expect(code).toBe(0);
  });
});
