import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from './harness/api-client.js';
import { newAdmin, startApi, type RunningApi } from './harness/running-api.js';
import { addAccount, ACCOUNTS_SET_UP } from './harness/telephony-account.js';
import { testConfig } from './harness/test-config.js';
import { createTestDatabase, type TestDatabase } from './harness/test-database.js';

describe('Pools of caller ids', () => {
  let test: TestDatabase;
  let api: RunningApi;
  beforeAll(async () => {
    test = await createTestDatabase();
    api = await startApi(testConfig(test.url, ACCOUNTS_SET_UP));
  });
  afterAll(async () => {
    await api.close();
    await test.drop();
  });

  const tenantOf = async (client: ApiClient): Promise<string> => {
    const { body } = await client.get<{ tenant_id: string }>('/auth/me');
    return body.tenant_id;
  };

  describe('have at most 1,000 numbers', () => {
    const add = (client: ApiClient, n: number, account: string | null = null) =>
      client.post('/caller-ids', { phone_number: `+44301000${1000 + n}`, telephony_account_id: account });
    const fill = async (client: ApiClient, count: number): Promise<void> => {
      await test.query(
        `INSERT INTO caller_ids (tenant_id, phone_number) SELECT $1, '+44302000' || (1000 + n)::text FROM generate_series(1, $2::int) n`,
        [await tenantOf(client), count],
      );
    };

    it('and tell whoever adds one more what to do', async () => {
      const [client, other] = [await newAdmin(api.client), await newAdmin(api.client)];
      await fill(client, 999);
      expect(await add(client, 1)).toMatchObject({ status: 201 });
      expect(await add(client, 2)).toMatchObject({
        status: 409,
        body: { code: 'caller_ids_full', detail: expect.stringContaining('delete one') },
      });
      const { id } = await addAccount(client);
      expect((await add(client, 2, id)).status).toBe(201);
      expect((await add(other, 2)).status).toBe(201);
      await test.query(`DELETE FROM caller_ids WHERE phone_number = '+443020001001'`);
      expect((await add(client, 3)).status).toBe(201);
    });

    it('however many are added at a time, by a tenant that has no campaign as well', async () => {
      const client = await newAdmin(api.client);
      await fill(client, 997);
      const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => add(client, n)));
      const having = (status: number) => answers.filter((answer) => answer.status === status).length;
      expect([having(201), having(409)]).toEqual([3, 5]);
    });
  });
});
