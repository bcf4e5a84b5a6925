import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../support/running-api.js';
import { ACCOUNTS_SET_UP } from '../support/telephony-account.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { settleTenant } from '../security/tenants.js';

const ASKED_FOR = '2030-05-06T07:08:00.000Z';

describe('A call', () => {
  let database: TestDatabase;
  let api: RunningApi;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(testConfig(database.url, ACCOUNTS_SET_UP));
  });

  afterAll(async () => {
    await api.close();
    await database.drop();
  });

  it('shows, by itself and in the list, when the person asked to be called again', async () => {
    const { admin, ids } = await settleTenant(api.client, database, 500);
    const { call_id: id } = ids;
    const shown = async (): Promise<unknown[]> => [
      (await admin.get<{ callback_at: unknown }>(`/calls/${id}`)).body.callback_at,
      (await admin.get<{ items: { callback_at: unknown }[] }>('/calls')).body.items[0]?.callback_at,
    ];
    expect(await shown()).toEqual([null, null]);
    await database.query(`UPDATE calls SET callback_at = $2 WHERE id = $1`, [id, ASKED_FOR]);
    expect(await shown()).toEqual([ASKED_FOR, ASKED_FOR]);
  });
});
