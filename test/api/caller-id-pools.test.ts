import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sql } from '#database/connection/sql.js';
import { leadEligibility } from '#database/statements/engine/eligibility/eligibility.js';
import { preflight } from '#database/statements/engine/eligibility/preflight.js';
import type { ApiClient } from '../support/api-client.js';
import { createCampaign, dramaNumber, newAdmin, startApi, type RunningApi } from '../support/running-api.js';
import { addAccount, ACCOUNTS_SET_UP } from '../support/telephony-account.js';
import { testConfig } from '../support/test-config.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

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

  const numberOf = (n: number) => `+44301000${1000 + n}`;
  const add = (client: ApiClient, n: number, account: string | null = null) =>
    client.post('/caller-ids', { phone_number: numberOf(n), telephony_account_id: account });
  const fill = async (client: ApiClient, count: number): Promise<void> => {
    await test.query(
      `INSERT INTO caller_ids (tenant_id, phone_number)
       SELECT $1, '+44302000' || (1000 + n)::text FROM generate_series(1, $2::int) n`,
      [await tenantOf(client), count],
    );
  };

  describe('are looked at once, however many contacts wait', () => {
    interface PlanNode {
      readonly 'Relation Name'?: string;
      readonly 'Actual Loops': number;
      readonly Plans?: readonly PlanNode[];
    }
    interface Lead {
      readonly id: string;
      readonly tenant_id: string;
    }
    const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

    /** Counts how often each scan of the pools was begun while the statement ran. */
    const scansOf = async (ask: (sql: Sql) => Promise<unknown>): Promise<number[]> => {
      const scans: number[] = [];
      await ask({
        run: async ({ text }, values = []) => {
          if (!text.includes('caller_ids')) return [];
          const [row] = await test.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, [...values]);
          const [{ Plan }] = row!['QUERY PLAN'] as [{ Plan: PlanNode }];
          const ofPools = nodesOf(Plan).filter((node) => node['Relation Name'] === 'caller_ids');
          scans.push(...ofPools.map((node) => node['Actual Loops']));
          return [];
        },
      });
      return scans;
    };

    it('by preflight, and by eligibility', async () => {
      const client = await newAdmin(api.client);
      for (const phone_number of ['+442079461001', '+442079461002']) await client.post('/caller-ids', { phone_number });
      const campaign = await createCampaign(client, {});
      const contacts = Array.from({ length: 20 }, (_, n) => ({ phone_number: dramaNumber(n) }));
      await client.post(`/campaigns/${campaign.id}/contacts/bulk`, { contacts });
      await client.post(`/campaigns/${campaign.id}/preflight`);
      expect(await scansOf((sql) => preflight(sql, campaign.id))).toEqual([1]);
      const [lead] = await test.query<Lead>('SELECT id, tenant_id FROM leads WHERE campaign_id = $1', [campaign.id]);
      const asked = { tenantId: lead!.tenant_id, campaignId: campaign.id, leadId: lead!.id };
      expect(await scansOf((sql) => leadEligibility(sql, asked))).toEqual([1]);
    });
  });

  describe('are listed', () => {
    interface CallerIds {
      readonly caller_ids: readonly { phone_number: string }[];
      readonly next_cursor: string | null;
    }
    const list = async (client: ApiClient, query = '') => (await client.get<CallerIds>(`/caller-ids${query}`)).body;

    it('with all numbers of a full pool, and with what other accounts have on the pages that follow', async () => {
      const client = await newAdmin(api.client);
      await fill(client, 1000);
      const whole = await list(client);
      expect([whole.caller_ids.length, whole.next_cursor]).toEqual([1000, null]);
      const { id } = await addAccount(client);
      await add(client, 1, id);
      const { next_cursor } = await list(client);
      expect(await list(client, `?cursor=${next_cursor}`)).toMatchObject({
        caller_ids: [{ phone_number: numberOf(1), telephony_account_id: id }],
        next_cursor: null,
      });
    });

    it('page by page, each number once, whatever is added meanwhile', async () => {
      const client = await newAdmin(api.client);
      for (const n of [5, 3, 4]) await add(client, n);
      const first = await list(client, '?page_size=2');
      await add(client, 1);
      const second = await list(client, `?page_size=2&cursor=${first.next_cursor}`);
      expect([...first.caller_ids, ...second.caller_ids].map(({ phone_number }) => phone_number)).toEqual(
        [5, 3, 4, 1].map(numberOf),
      );
      expect(second.next_cursor).toBeNull();
      for (const wrong of ['?page_size=1001', '?page_size=0', '?cursor=x', '?page=2'])
        expect(await client.get(`/caller-ids${wrong}`)).toMatchObject({ status: 422 });
    });
  });

  describe('have at most 1,000 numbers', () => {
    it('and tell whoever adds one more what to do', async () => {
      const [client, other] = [await newAdmin(api.client), await newAdmin(api.client)];
      await fill(client, 999);
      expect(await add(client, 1)).toMatchObject({ status: 201 });
      expect(await add(client, 2)).toMatchObject({
        status: 409,
        body: { code: 'caller_ids_full', detail: expect.stringContaining('delete one') },
      });
      expect(await add(client, 1)).toMatchObject({ status: 409, body: { code: 'caller_id_exists' } });
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
