import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { addAttempt } from '../support/furnished-campaign.js';
import { createCampaign, newAdmin, startApi, type RunningApi } from '../support/running-api.js';
import { addAccount, ACCOUNTS_SET_UP, TWILIO, VAPI } from '../support/telephony-account.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

describe('Campaigns', () => {
  let database: TestDatabase;
  let api: RunningApi;
  let admin: ApiClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(testConfig(database.url, ACCOUNTS_SET_UP));
    admin = await newAdmin(api.client);
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  const add = () => addAccount(admin);
  const first_message = 'Hello.';

  describe('of an account', () => {
    it('keep the account as long as they are not over', async () => {
      const { id } = await add();
      const terms = { telephony_account_id: id, from_number: '+44 20 7946 0000', first_message };
      const campaign = await createCampaign(admin, terms);
      expect(campaign).toMatchObject({ telephony_account_id: id, from_number: '+442079460000' });
      const path = `/telephony-accounts/${id}`;
      const inUse = { status: 409, body: { code: 'telephony_account_in_use' } };
      expect(await admin.delete(path)).toMatchObject(inUse);
      await admin.post(`/campaigns/${campaign.id}/start`);
      await admin.post(`/campaigns/${campaign.id}/pause`);
      expect(await admin.delete(path)).toMatchObject(inUse);
      await database.query(`UPDATE campaigns SET status = 'completed' WHERE id = $1`, [campaign.id]);
      expect((await admin.delete(path)).status).toBe(204);
      expect(await admin.post(`/campaigns/${campaign.id}/start`)).toMatchObject({
        status: 409,
        body: { code: 'telephony_account_gone', field: 'telephony_account_id' },
      });
      expect((await admin.post(`/campaigns/${campaign.id}/preflight`)).body).toMatchObject({
        line_obstacle: { code: 'telephony_account_gone', field: 'telephony_account_id' },
      });
    });

    it('keep it as long as a call over it is on the line', async () => {
      const { id } = await add();
      const campaign = await createCampaign(admin, { telephony_account_id: id, from_number: '+442079460000' });
      await admin.post(`/campaigns/${campaign.id}/contacts`, { phone_number: '+442079460123' });
      const [lead] = await database.query<{ id: string }>('SELECT id FROM leads WHERE campaign_id = $1', [campaign.id]);
      const facts = { provider: 'twilio', job: 'active', call: 'in_progress', lead: 'in_progress' };
      const { callId } = await addAttempt(database, lead!.id, facts);
      await database.query(`UPDATE calls SET telephony_account_id = $1 WHERE id = $2`, [id, callId]);
      await database.query(`UPDATE campaigns SET status = 'stopped' WHERE id = $1`, [campaign.id]);
      const path = `/telephony-accounts/${id}`;
      expect(await admin.delete(path)).toMatchObject({ status: 409, body: { code: 'telephony_account_in_use' } });
      await database.query(`UPDATE calls SET status = 'completed' WHERE id = $1`, [callId]);
      expect((await admin.delete(path)).status).toBe(204);
      expect((await admin.get(`/calls/${callId}`)).body).toMatchObject({ telephony_account_id: id });
    });

    it('have its token replaced while a call over it is on the line, and the account by no other', async () => {
      const { id } = await add();
      const campaign = await createCampaign(admin, { telephony_account_id: id, from_number: '+442079460000' });
      await admin.post(`/campaigns/${campaign.id}/contacts`, { phone_number: '+442079460124' });
      const [lead] = await database.query<{ id: string }>('SELECT id FROM leads WHERE campaign_id = $1', [campaign.id]);
      const facts = { provider: 'twilio', job: 'active', call: 'in_progress', lead: 'in_progress' };
      const { callId } = await addAttempt(database, lead!.id, facts);
      await database.query(`UPDATE calls SET telephony_account_id = $1 WHERE id = $2`, [id, callId]);
      const change = (fields: object) => admin.patch(`/telephony-accounts/${id}`, { twilio: { ...TWILIO, ...fields } });
      const key = { api_key_sid: `SK${'0'.repeat(32)}`, api_key_secret: 'of-the-key' };
      for (const fields of [{ auth_token: 'the-next-one' }, key, {}]) expect((await change(fields)).status).toBe(200);
      const another = { account_sid: `AC${'1'.repeat(32)}` };
      expect(await change(another)).toMatchObject({ status: 422, body: { errors: [{ field: 'twilio.account_sid' }] } });
    });

    it('want a number: of the campaign, or of the account', async () => {
      const { id } = await add();
      const campaign = await createCampaign(admin, { telephony_account_id: id, first_message });
      const start = () => admin.post(`/campaigns/${campaign.id}/start`);
      const missing = { code: 'caller_id_missing', field: 'from_number' };
      expect(await start()).toMatchObject({ status: 409, body: missing });
      expect((await admin.post(`/campaigns/${campaign.id}/preflight`)).body).toMatchObject({ line_obstacle: missing });
      await admin.post('/caller-ids', { phone_number: '+442079460001' });
      expect((await start()).status).toBe(409);
      const added = await admin.post('/caller-ids', { phone_number: '+442079460001', telephony_account_id: id });
      expect(added.status).toBe(201);
      expect((await start()).status).toBe(200);
      const running = await createCampaign(admin, { first_message });
      await admin.post(`/campaigns/${running.id}/start`);
      const { id: empty } = await add();
      const move = (fields: object) => admin.patch(`/campaigns/${running.id}`, fields);
      expect(await move({ telephony_account_id: empty })).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'from_number' }] },
      });
      expect((await move({ telephony_account_id: empty, from_number: '+442079460002' })).status).toBe(200);
      expect((await move({ from_number: null })).status).toBe(422);
      await database.query(`UPDATE campaigns SET from_number = NULL WHERE id = $1`, [running.id]);
      expect((await move({ name: 'Whatever is amiss elsewhere' })).status).toBe(200);
      expect((await move({ telephony_account_id: null })).status).toBe(200);
    });

    it('want something to say, where no model talks', async () => {
      const { id } = await add();
      const terms = { telephony_account_id: id, from_number: '+442079460000' };
      const campaign = await createCampaign(admin, { ...terms, first_message: ' ' });
      const path = `/campaigns/${campaign.id}`;
      const missing = { code: 'first_message_missing', field: 'first_message' };
      const rejected = { status: 422, body: { errors: [{ field: 'first_message' }] } };
      expect(await admin.post(`${path}/start`)).toMatchObject({ status: 409, body: missing });
      expect((await admin.post(`${path}/preflight`)).body).toMatchObject({ line_obstacle: missing });
      for (const nothing of [null, ' ']) expect((await admin.patch(path, { first_message: nothing })).status).toBe(200);
      expect((await admin.patch(path, { first_message: '' })).status).toBe(422);
      expect((await admin.patch(path, { first_message })).status).toBe(200);
      expect((await admin.post(`${path}/preflight`)).body).toMatchObject({ line_obstacle: null });
      expect((await admin.post(`${path}/start`)).status).toBe(200);
      for (const nothing of [null, ' \n'])
        expect(await admin.patch(path, { first_message: nothing })).toMatchObject(rejected);
      expect((await admin.post(`${path}/pause`)).status).toBe(200);
      expect((await admin.patch(path, { first_message: null })).status).toBe(200);
      expect(await admin.post(`${path}/resume`)).toMatchObject({ status: 409, body: missing });
    });

    it('are not moved to an account over which they would be silent while they run', async () => {
      const [twilio, vapi] = [await add(), await addAccount(admin, { vapi: VAPI })];
      const running = await createCampaign(admin, {});
      await admin.post(`/campaigns/${running.id}/start`);
      const move = (fields: object) =>
        admin.patch(`/campaigns/${running.id}`, { from_number: '+442079460000', ...fields });
      expect(await move({ telephony_account_id: twilio.id })).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'first_message' }] },
      });
      expect(await move({ telephony_account_id: twilio.id, from_number: null })).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'from_number' }, { field: 'first_message' }] },
      });
      expect((await move({ telephony_account_id: vapi.id })).status).toBe(200);
      expect((await move({ telephony_account_id: twilio.id, first_message })).status).toBe(200);
    });

    it('want one that is switched on', async () => {
      const { id } = await add();
      const phone_number = '+442079460003';
      const { body } = await admin.post<{ caller_id: { id: string } }>('/caller-ids', {
        phone_number,
        telephony_account_id: id,
      });
      await admin.patch(`/caller-ids/${body.caller_id.id}`, { is_active: false });
      const off = { code: 'caller_ids_off', field: 'from_number' };
      const draft = await createCampaign(admin, { telephony_account_id: id });
      expect(await admin.post(`/campaigns/${draft.id}/start`)).toMatchObject({ status: 409, body: off });
      const running = await createCampaign(admin, { first_message });
      await admin.post(`/campaigns/${running.id}/start`);
      for (const from_number of [null, phone_number])
        expect(await admin.patch(`/campaigns/${running.id}`, { telephony_account_id: id, from_number })).toMatchObject({
          status: 422,
          body: { errors: [{ field: 'from_number', message: expect.stringContaining('switch one on') }] },
        });
    });

    it('want it also where somebody starts them meanwhile', async () => {
      const { id } = await add();
      const campaign = await createCampaign(admin, {
        telephony_account_id: id,
        from_number: '+442079460000',
        first_message,
      });
      const path = `/campaigns/${campaign.id}`;
      const lock = await database.lock(`SELECT FROM campaigns WHERE id = '${campaign.id}' FOR UPDATE`);
      const isWaitedFor = (sessions: number) =>
        until(`${sessions} wait for the campaign`, async () => {
          const waiting = await database.query(
            `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          );
          return waiting.length === sessions;
        });
      const started = admin.post(`${path}/start`);
      await isWaitedFor(1);
      const changed = admin.patch(path, { from_number: null });
      await isWaitedFor(2);
      await lock.letGo();
      expect((await started).status).toBe(200);
      expect(await changed).toMatchObject({ status: 422, body: { errors: [{ field: 'from_number' }] } });
      expect((await admin.get(path)).body).toMatchObject({ campaign: { from_number: '+442079460000' } });
    });

    it.each(['02079460000', 'nobody', '+44'])('do not call from %s', async (from_number) => {
      const fields = { name: 'c', system_prompt: 'p', voice_id: 'v', from_number };
      expect(await admin.post('/campaigns', fields)).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'from_number' }] },
      });
    });
  });

  describe('from caller ids', () => {
    it('that are added, capped, switched off and taken away', async () => {
      const { id: account } = await add();
      const phone_number = '+442079460099';
      const { status, body } = await admin.post<{ caller_id: { id: string } }>('/caller-ids', {
        phone_number: '+44 20 7946 0099',
        telephony_account_id: account,
        daily_cap: 5,
      });
      const { id } = body.caller_id;
      expect([status, body.caller_id]).toEqual([
        201,
        {
          id,
          phone_number,
          telephony_account_id: account,
          daily_cap: 5,
          is_active: true,
          calls_today: 0,
          created_at: expect.any(String),
        },
      ]);
      const path = `/caller-ids/${id}`;
      expect((await admin.get(path)).body).toEqual(body);
      expect(await admin.patch(path, { is_active: false })).toMatchObject({
        status: 200,
        body: { caller_id: { is_active: false, daily_cap: 5 } },
      });
      expect(await admin.patch(path, { daily_cap: null })).toMatchObject({
        body: { caller_id: { is_active: false, daily_cap: null } },
      });
      for (const wrong of [{ daily_cap: 0 }, { is_active: null }, { phone_number }, { telephony_account_id: null }])
        expect((await admin.patch(path, wrong)).status).toBe(422);
      const again = { phone_number, telephony_account_id: account };
      expect(await admin.post('/caller-ids', again)).toMatchObject({ status: 409, body: { code: 'caller_id_exists' } });
      const stranger = await newAdmin(api.client);
      for (const answer of [await stranger.get(path), await stranger.patch(path, {}), await stranger.delete(path)])
        expect(answer).toMatchObject({ status: 404, body: { code: 'caller_id_not_found' } });
      expect((await admin.delete(path)).status).toBe(204);
      expect((await admin.get(path)).status).toBe(404);
    });

    it('of which the installation’s own provider has each once, too', async () => {
      const phone_number = '+442079460098';
      expect((await admin.post('/caller-ids', { phone_number })).status).toBe(201);
      expect(await admin.post('/caller-ids', { phone_number })).toMatchObject({ status: 409 });
      expect((await (await newAdmin(api.client)).post('/caller-ids', { phone_number })).status).toBe(201);
    });
  });
});
