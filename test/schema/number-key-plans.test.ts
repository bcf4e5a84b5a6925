import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sql } from '#database/connection/sql.js';
import { claimDueLeads } from '#dialer/claim/claim-due-leads.js';
import { addConsent } from '#dialer/people/add-consent.js';
import { findDncEntry, lockCampaignsWith, suppressListed } from '#database/statements/people/dnc.js';
import { leadEligibility } from '#database/statements/engine/eligibility/eligibility.js';
import { lockLiveJobsOf } from '#database/statements/people/erase-person.js';
import { judgePeople } from '#database/statements/imports/judge-people.js';
import { preflight } from '#database/statements/engine/eligibility/preflight.js';
import { furnishCampaign } from '../support/furnished-campaign.js';
import { dramaNumber } from '../support/running-api.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** Options with which processes connect: see `PLANS_THAT_LAST`. */
const SETTINGS = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off';

const ID = '00000000-0000-4000-8000-000000000001';
const NUMBER = dramaNumber(1);
const CONSENT = { phone_number: NUMBER, kind: 'given', source: 'form', channel: 'web' } as const;
const NOTHING = { wording: null, evidence_url: null, given_at: null, expires_at: null };

const LIST = { tenantId: 't', isTest: false };

const GATES = ['dnc_entries_pkey', 'consents_number_idx', 'leads_number_key_key', 'calls_one_live_per_number'];

const STATEMENTS: [string, (sql: Sql) => Promise<unknown>, string[]][] = [
  [
    'claim',
    (sql) =>
      claimDueLeads(
        sql,
        { id: ID, is_test: false, slots: 5, wants_hours: false, account_provider: null, account_pace: null },
        { publishPauseSeconds: 5, mostQueued: 9 },
      ),
    GATES,
  ],
  ['eligibility', (sql) => leadEligibility(sql, { tenantId: 't', campaignId: ID, leadId: ID }), GATES],
  ['preflight', (sql) => preflight(sql, ID), GATES.slice(0, 3)],
  ['look-up in the list', (sql) => findDncEntry(sql, { ...LIST, phoneNumber: NUMBER }), ['dnc_entries_pkey']],
  ['lock of campaigns', (sql) => lockCampaignsWith(sql, 't', [NUMBER]), ['leads_number_key_key']],
  ['suppression', (sql) => suppressListed(sql, LIST, [NUMBER]), ['dnc_entries_pkey', 'leads_number_key_key']],
  ['consent', (sql) => addConsent(sql, 't', { ...CONSENT, ...NOTHING }), ['leads_number_key_key']],
  ['erasure', (sql) => lockLiveJobsOf(sql, { tenantId: 't', phoneNumber: NUMBER }), ['leads_number_key_key']],
  [
    'import',
    (sql) =>
      judgePeople(sql, { importId: ID, tenantId: 't', campaignId: ID }, [
        { person: ID, phone_number: NUMBER, person_hashes: ['00'] },
      ]),
    ['dnc_entries_pkey', 'leads_number_key_key', 'erased_people_pkey'],
  ],
];

describe('A number is looked up by an index of its key', () => {
  let database: TestDatabase;
  let client: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    await furnishCampaign(database, { provider: 'obedient' });
    client = new pg.Client({ connectionString: database.url, options: SETTINGS });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

  async function plansOf(ask: (sql: Sql) => Promise<unknown>): Promise<PlanNode[]> {
    const nodes: PlanNode[] = [];
    const run = async ({ text }: { text: string }, values: readonly unknown[] = []): Promise<never[]> => {
      if (text.includes('set_config')) return [];
      const { rows } = await client.query(`EXPLAIN (FORMAT JSON) ${text}`, [...values]);
      nodes.push(...nodesOf((rows[0] as { 'QUERY PLAN': [{ Plan: PlanNode }] })['QUERY PLAN'][0].Plan));
      return [];
    };
    await ask({ run } as Sql);
    return nodes;
  }

  it.each(STATEMENTS)('in a %s', async (_name, ask, indexes) => {
    const nodes = await plansOf(ask);
    const byKey = nodes.filter((node) => /number_key|person_hash/.test(node['Index Cond'] ?? ''));
    const used = new Set(byKey.map((node) => node['Index Name']));
    expect(indexes.filter((index) => !used.has(index))).toEqual([]);
    const people = ['leads', 'dnc_entries', 'consents', 'calls', 'erased_people'];
    const read = nodes.filter(
      (node) => node['Node Type'] === 'Seq Scan' && people.includes(node['Relation Name'] ?? ''),
    );
    expect(read).toEqual([]);
  });
});
