import { sqlList } from '#database/statements/parts/sql-list.js';
import { LIVE_CALL_STATUSES } from '#rules/call/call-status.js';
import { afterEach, describe, expect, it } from 'vitest';
import type { Environment } from '#config/settings.js';
import { openContext } from '../../apps/local/src/ops/ops-context.js';
import { runOps } from '../../apps/local/src/ops/run-ops.js';
import { campaignOf, setStage, startCampaign, type Stage } from '../engine/dialing/stage.js';
import { eventOf, ObedientCarrier } from '../support/obedient-carrier.js';
import { createCampaign, dramaNumber } from '../support/running-api.js';
import { startWorker } from '../support/running-worker.js';
import { testConfig } from '../support/test-config.js';
import { until } from '../support/until.js';

const LONDON = dramaNumber(0);

/** Limits of what tenants spend, with a carrier that takes whatever it is asked. */
describe("The operator's limits", () => {
  let stage: Stage;
  let carrier: ObedientCarrier;

  const open = async (environment: Environment) => {
    carrier = new ObedientCarrier();
    stage = await setStage('postgres', carrier, environment);
  };
  afterEach(() => stage.close());

  const dialed = (count: number) => until(`${count} are dialed`, async () => carrier.requests.length === count);
  const end = (n: number, durationSeconds = 61) =>
    carrier.report({ ...eventOf(carrier.requests[n]!.dialerJobId, 'completed'), durationSeconds });
  const diagnosis = async (id: string) =>
    (await stage.client.get<{ blocked_by: { code: string; detail: string }[] }>(`/campaigns/${id}/diagnostics`)).body;
  const ops = async (...argv: string[]) => {
    const context = await openContext(testConfig(stage.database.url), stage.database.url, carrier);
    let text = '';
    const print = (more: string) => void (text += `${more}\n`);
    const code = await runOps(argv, (work) => work(context), { print, complain: print }).finally(() => context.close());
    return { code, text };
  };
  const tenantId = async () => (await stage.client.get<{ tenant: { id: string } }>('/tenant')).body.tenant.id;
  const limits = async () =>
    (await stage.client.get<{ tenant: { operator_limits: Record<string, number | null> } }>('/tenant')).body.tenant
      .operator_limits;

  it('hold the calls of a tenant together, over all campaigns and workers', async () => {
    await open({ TENANT_CONCURRENT_CALLS: '3' });
    const second = await startWorker(testConfig(stage.database.url, { TENANT_CONCURRENT_CALLS: '3' }), carrier);
    try {
      await stage.database.query(WATCH_LIVE_CALLS);
      const campaigns = await Promise.all(
        [0, 1, 2].map((n) =>
          startCampaign(stage, { count: 6, from: n * 10, max_concurrent_calls: 6, retry_failed: false }),
        ),
      );
      for (let ended = 0; ended < 18; ended++) {
        await until('another is dialed', async () => carrier.requests.length > ended, 60_000);
        end(ended);
      }
      expect(await stage.database.query(`SELECT max(n)::int AS most FROM live_calls`)).toEqual([{ most: 3 }]);
      expect(await stage.database.query(`SELECT lead_id FROM dialer_jobs GROUP BY 1 HAVING count(*) > 20`)).toEqual([]);
      expect(campaigns).toHaveLength(3);
    } finally {
      await second.close();
    }
  });

  it('stop at the calls of a day, say so, and go on when the operator allows more', async () => {
    await open({ TENANT_CALLS_PER_DAY: '2' });
    const { id } = await startCampaign(stage, { count: 4, max_concurrent_calls: 1, retry_failed: false });
    for (const n of [0, 1]) {
      await dialed(n + 1);
      end(n);
    }
    await until('the limit is said', async () =>
      (await diagnosis(id)).blocked_by.some(({ code }) => code === 'operator_calls_per_day'),
    );
    const said = (await diagnosis(id)).blocked_by.find(({ code }) => code === 'operator_calls_per_day');
    expect(said).toMatchObject({ detail: expect.stringContaining("operator's limit"), until: expect.any(String) });
    expect(await limits()).toMatchObject({ calls_per_day: 2, calls_today: 2 });
    expect(await ops('tenant', 'limits', '--tenant', await tenantId(), '--calls-per-day', '3')).toMatchObject({
      code: 0,
      text: expect.stringContaining('add --yes'),
    });
    expect(carrier.requests).toHaveLength(2);
    await ops('tenant', 'limits', '--tenant', await tenantId(), '--calls-per-day', '3', '--yes');
    await dialed(3);
    expect((await stage.database.query(`SELECT action FROM audit_log WHERE action = 'tenant.limit'`)).length).toBe(1);
  });

  it('stop at the minutes that the operator pays for, whatever budget the tenant gives itself', async () => {
    await open({ TENANT_MINUTES: '25' });
    await stage.client.patch('/tenant', { minutes_remaining: 1_000_000_000 });
    const { id } = await startCampaign(stage, { count: 9, max_call_seconds: 600, retry_failed: false });
    await until('the campaign is paused', async () => (await campaignOf(stage, id)).status === 'paused');
    await dialed(2);
    expect(await campaignOf(stage, id)).toMatchObject({ status_reason: 'operator_limit' });
    expect((await diagnosis(id)).blocked_by[0]).toMatchObject({
      code: 'paused',
      detail: expect.stringContaining("operator's limit"),
    });
    expect(await limits()).toMatchObject({ minutes: 25, minutes_reserved: 20, minutes_used: 0 });
    end(0, 61);
    end(1, 61);
    await until('both are charged', async () => (await limits())['minutes_used'] === 4);
    expect(await limits()).toMatchObject({ minutes_reserved: 0 });
    await ops('tenant', 'limits', '--tenant', await tenantId(), '--minutes', '5', '--yes');
    expect(await limits()).toMatchObject({ minutes: 5, minutes_used: 0 });
    expect(await stage.client.post(`/campaigns/${id}/resume`)).toMatchObject({
      status: 409,
      body: { code: 'operator_limit_reached' },
    });
    await ops('tenant', 'limits', '--tenant', await tenantId(), '--minutes', 'unlimited', '--yes');
    expect(await limits()).toMatchObject({ minutes: null });
    await stage.client.post(`/campaigns/${id}/resume`);
    await dialed(9);
  });

  it('give back the call of a day that the provider would not take', async () => {
    await open({ TENANT_CALLS_PER_DAY: '5', TENANT_MINUTES: '1000' });
    carrier.answer = () => ({ kind: 'rejected', fault: 'account', code: 'suspended' });
    const { id } = await startCampaign(stage, { count: 1 });
    await until('the campaign is paused', async () => (await campaignOf(stage, id)).status === 'paused');
    expect(await limits()).toMatchObject({ calls_today: 0, minutes_reserved: 0 });
  });

  it('bound imports that are open, and what their files come to', async () => {
    await open({ TENANT_OPEN_IMPORTS: '1', TENANT_IMPORT_BYTES: '100' });
    const { id } = await createCampaign(stage.client);
    const send = (body: string) =>
      fetch(`${stage.client.origin}/api/v1/campaigns/${id}/imports`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stage.client.token}`, 'content-type': 'text/csv' },
        body,
      });
    const large = await send(`phone\n${'x'.repeat(200)}\n`);
    expect([large.status, await large.json()]).toEqual([413, expect.objectContaining({ code: 'import_bytes_full' })]);
    await stage.database.query(
      `INSERT INTO imports (tenant_id, kind, campaign_id, claimed_until)
       VALUES ($1, 'contacts', $2, now() + interval '1 hour')`,
      [await tenantId(), id],
    );
    const second = await send(`phone\n${LONDON}\n`);
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, expect.any(String)]);
    expect(await second.json()).toMatchObject({
      code: 'too_many_imports',
      detail: expect.stringContaining("operator's limit"),
    });
  });

  it('are beyond the reach of a tenant: neither its API nor its role of the database changes them', async () => {
    await open({ TENANT_MINUTES: '25' });
    for (const field of ['operator_limits', 'limit_minutes', 'operator_minutes_used'])
      expect((await stage.client.patch('/tenant', { [field]: 1 })).status).toBe(422);
    const id = await tenantId();
    const columns = await stage.database.query<{ name: string }>(
      `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'tenants'::regclass AND attnum > 0 AND NOT attisdropped
           AND (attname LIKE 'limit\\_%' OR attname LIKE 'operator\\_%' OR attname = 'minutes_reserved')`,
    );
    expect(columns.length).toBeGreaterThan(9);
    for (const { name } of columns) {
      const attempt = stage.database.query(
        `DO $$ BEGIN SET LOCAL ROLE outdial_tenant; PERFORM set_config('outdial.tenant_id', '${id}', true);
             UPDATE tenants SET ${name} = NULL WHERE id = '${id}'; END $$`,
      );
      await expect(attempt).rejects.toThrow(/permission denied/);
    }
  });

  it('are listed and checked by the command', async () => {
    await open({ TENANT_MINUTES: '25' });
    expect((await ops('tenant', 'limits')).text).toMatch(/minutes.*concurrent_calls[^]*25 +/);
    for (const argv of [
      ['limits', '--minutes', '5'],
      ['limits', '--tenant', 'x', '--minutes', '-5'],
      ['limits', '--tenant', 'x', '--minutes', 'many'],
      [],
    ])
      expect(await ops('tenant', ...argv)).toMatchObject({ code: 2 });
    expect(await ops('tenant', 'limits', '--tenant', 'nobody', '--minutes', '5', '--yes')).toMatchObject({ code: 1 });
  });
});

/** Notes, at each commit of a call, how many calls of its tenant are live. */
const WATCH_LIVE_CALLS = `
  CREATE TABLE live_calls (n integer);
  CREATE FUNCTION note_live_calls() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN
    INSERT INTO public.live_calls SELECT count(*) FROM public.calls WHERE status IN (${sqlList(LIVE_CALL_STATUSES)});
    RETURN NULL;
  END $$;
  CREATE TRIGGER calls_note_live AFTER INSERT ON calls FOR EACH STATEMENT EXECUTE FUNCTION note_live_calls()`;
