import { DataSource, EntityManager, type QueryRunner } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TENANT_ROLE, TENANT_SETTING } from '#config/database-roles.js';
import { actAs } from '#database/connection/actor.js';
import { dataSourceOptions } from '#database/data-source-options.js';
import { Database } from '#database/connection/database.js';
import { Call } from '#database/entities/call.entity.js';
import { Campaign } from '#database/entities/campaign.entity.js';
import { DncEntry } from '#database/entities/dnc-entry.entity.js';
import { TransactionalDataSource } from '#database/connection/transactional-data-source.js';
import { furnishCampaign } from '../support/furnished-campaign.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const [OURS, THEIRS] = [crypto.randomUUID(), crypto.randomUUID()];
const NEW = { tenant_id: OURS, system_prompt: 'p', voice_id: 'v' };
const ENTRY = { tenant_id: OURS, phone_number: '+447700900001', number_key: '447700900001', source: 'manual' } as const;

/** Undoes what a step has done. */
class Undone extends Error {}

/** A step of the walk: one method of the manager, with what it works on. */
type Step = (manager: EntityManager, campaignId: string) => Promise<unknown>;

const own = { tenant_id: OURS };

/** Methods that read. */
const READS: Partial<Record<keyof EntityManager, Step>> = {
  find: (manager) => manager.find(Campaign),
  findBy: (manager) => manager.findBy(Campaign, own),
  findAndCount: (manager) => manager.findAndCount(Campaign),
  findAndCountBy: (manager) => manager.findAndCountBy(Campaign, own),
  findOne: (manager, id) => manager.findOne(Campaign, { where: { id }, lock: { mode: 'pessimistic_write' } }),
  findOneBy: (manager, id) => manager.findOneBy(Campaign, { id }),
  findOneOrFail: (manager, id) => manager.findOneOrFail(Campaign, { where: { id } }),
  findOneByOrFail: (manager, id) => manager.findOneByOrFail(Campaign, { id }),
  exists: (manager) => manager.exists(Campaign),
  existsBy: (manager, id) => manager.existsBy(Campaign, { id }),
  count: (manager) => manager.count(Campaign),
  countBy: (manager) => manager.countBy(Campaign, own),
  sum: (manager) => manager.sum(Campaign, 'total_leads'),
  average: (manager) => manager.average(Campaign, 'total_leads'),
  minimum: (manager) => manager.minimum(Campaign, 'total_leads'),
  maximum: (manager) => manager.maximum(Campaign, 'total_leads'),
  query: (manager) => manager.query('SELECT id FROM campaigns WHERE tenant_id <> $1', ['']),
  sql: (manager) => manager.sql`SELECT id FROM campaigns WHERE tenant_id <> ${''}`,
  createQueryBuilder: (manager) =>
    manager.createQueryBuilder(Campaign, 'c').where('c.name <> :none', { none: '' }).getMany(),
  getRepository: (manager) => manager.getRepository(Campaign).find(),
};

/** Methods that write without a transaction of TypeORM's own. */
const PLAIN_WRITES: Partial<Record<keyof EntityManager, Step>> = {
  insert: (manager) => manager.insert(Campaign, { ...NEW, name: 'inserted' }),
  update: (manager, id) => manager.update(Campaign, { id }, { name: 'updated' }),
  updateAll: (manager) => manager.updateAll(Campaign, { name: 'updated' }),
  upsert: (manager) => manager.upsert(DncEntry, ENTRY, ['tenant_id', 'number_key', 'is_test']),
  delete: (manager) => manager.delete(DncEntry, own),
  deleteAll: (manager) => manager.deleteAll(DncEntry),
  increment: (manager, id) => manager.increment(Campaign, { id }, 'total_leads', 1),
  decrement: (manager, id) => manager.decrement(Campaign, { id }, 'total_leads', 1),
};

/** Methods for which TypeORM begins a transaction wherever it does not know of one. */
const WRITES_WITH_TRANSACTION: Partial<Record<keyof EntityManager, Step>> = {
  save: async (manager, id) => {
    const campaign = await manager.findOneByOrFail(Campaign, { id });
    await manager.save(Object.assign(campaign, { name: 'saved' }));
    await manager.save(manager.create(Campaign, { ...NEW, name: 'new' }));
  },
  remove: async (manager) => manager.remove(await manager.findOneByOrFail(DncEntry, own)),
  transaction: (manager, id) => manager.transaction((nested) => nested.update(Campaign, { id }, { name: 'nested' })),
};

/** Steps that fail, within a transaction of their own, so that the outer one goes on. */
const FAILING: Record<string, Step> = {
  'a save that fails': (manager, id) =>
    failing(manager, (nested) => nested.save(Campaign, { id, name: 'x'.repeat(300) })),
  'a save for the other tenant': (manager) =>
    failing(manager, (nested) => nested.save(nested.create(Campaign, { ...NEW, tenant_id: THEIRS, name: 'theirs' }))),
  'an insert for the other tenant': (manager) =>
    failing(manager, (nested) => nested.insert(Campaign, { ...NEW, tenant_id: THEIRS, name: 'theirs' })),
  'a nested transaction that fails after a write': (manager, id) =>
    failing(manager, async (nested) => {
      await nested.update(Campaign, { id }, { name: 'nested' });
      throw new Error('on purpose');
    }),
  'two nested transactions, the inner of which fails': (manager) =>
    manager.transaction((outer) => failing(outer, (inner) => inner.query('SELECT 1 / 0'))),
};

/** Methods that ask the database for nothing, or that only work on tables of another kind. */
const SEND_NOTHING = ['hasId', 'getId', 'create', 'merge', 'withRepository', 'getTreeRepository', 'release'];
const OF_OTHER_TABLES = ['softRemove', 'softDelete', 'recover', 'restore', 'getMongoRepository'];
/**
 * Methods that the database rejects. `clear` is granted to no role; `preload` reads over a connection of its own, for
 * all tenants.
 */
const REFUSED = ['clear', 'preload'];
const INTERNAL = [
  'constructor',
  'connection',
  'callAggregateFun',
  'incrementOrDecrementBy',
  'normalizeAndValidateWhereCriteria',
];

async function failing(manager: EntityManager, work: (nested: EntityManager) => Promise<unknown>): Promise<void> {
  await expect(manager.transaction(work)).rejects.toBeInstanceOf(Error);
}

describe('The manager of a tenant', () => {
  let test: TestDatabase;
  let source: DataSource;
  let database: Database;
  let campaignId: string;

  beforeAll(async () => {
    test = await createTestDatabase();
    source = await new TransactionalDataSource(dataSourceOptions(test.url, { poolSize: 1 })).initialize();
    database = new Database(source, 'refused');
    for (const id of [OURS, THEIRS]) await test.query(`INSERT INTO tenants (id, business_name) VALUES ($1, 'x')`, [id]);
  });
  afterAll(async () => {
    await source.destroy();
    await test.drop();
  });

  /** Creates one campaign and one do-not-call entry for each tenant. */
  async function furnish(): Promise<void> {
    await test.query('DELETE FROM campaigns');
    await test.query('DELETE FROM dnc_entries');
    for (const tenantId of [OURS, THEIRS]) {
      await test.query(
        `INSERT INTO dnc_entries (tenant_id, phone_number, number_key, source)
         VALUES ($1, '+447700900002', '447700900002', 'manual')`,
        [tenantId],
      );
      const [row] = await test.query<{ id: string }>(
        `INSERT INTO campaigns (tenant_id, name, system_prompt, voice_id, total_leads)
         VALUES ($1, 'untouched', 'p', 'v', 2) RETURNING id`,
        [tenantId],
      );
      if (tenantId === OURS) campaignId = row!.id;
    }
  }

  const stored = () =>
    test.query(`SELECT tenant_id, name, total_leads FROM campaigns UNION ALL
      SELECT tenant_id, phone_number, 0 FROM dnc_entries ORDER BY 1, 2`);

  const transactionOf = async (manager: EntityManager) => {
    const rows = await manager.query<{ id: string }[]>('SELECT txid_current()::text AS id');
    return rows[0]!.id;
  };

  /** Runs a step within the transaction of a manager. @returns what is wrong within it afterwards. */
  async function wrongsAfter(manager: EntityManager, step: Step): Promise<string[]> {
    const transaction = await transactionOf(manager);
    await step(manager, campaignId);
    const [session] = await manager.query<{ role: string }[]>('SELECT current_user::text AS role');
    const tenants = new Set([...(await manager.find(Campaign)), ...(await manager.find(DncEntry))].map(tenantOf));
    return [
      ...(session!.role === TENANT_ROLE ? [] : [`works as ${session!.role}`]),
      ...(tenants.has(THEIRS) ? ["sees the other tenant's rows"] : []),
      ...((await transactionOf(manager)) === transaction ? [] : ['is in another transaction']),
    ];
  }

  async function withRollback(step: Step, run: (work: (manager: EntityManager) => Promise<void>) => Promise<unknown>) {
    await furnish();
    const before = await stored();
    let wrongs: string[] = [];
    const work = async (manager: EntityManager) => {
      wrongs = await wrongsAfter(manager, step);
      throw new Undone();
    };
    await expect(run(work)).rejects.toThrow(Undone);
    const isUndone = JSON.stringify(await stored()) === JSON.stringify(before);
    return isUndone ? wrongs : [...wrongs, 'is not undone'];
  }

  const asTenant = <T>(work: () => Promise<T>) => actAs({ ...ACTOR, tenantId: OURS }, work);
  const ofDatabase = (step: Step) =>
    withRollback(step, (work) => asTenant(() => database.transaction((tx) => work(tx.manager))));

  const steps = { ...READS, ...PLAIN_WRITES, ...WRITES_WITH_TRANSACTION, ...FAILING };

  it.each(Object.entries(steps))('stays that of the tenant, in one transaction, after %s', async (_name, step) => {
    expect(await ofDatabase(step)).toEqual([]);
  });

  it('is walked through all of its methods', () => {
    const listed = [...Object.keys(steps), ...SEND_NOTHING, ...OF_OTHER_TABLES, ...REFUSED, ...INTERNAL];
    const methods = Object.getOwnPropertyNames(EntityManager.prototype);
    expect(methods.filter((name) => !listed.includes(name))).toEqual([]);
  });

  it('writes what a transaction that succeeds has done, together with statements of ours', async () => {
    await furnish();
    await asTenant(() =>
      database.transaction(async (tx) => {
        await tx.manager.update(Campaign, { id: campaignId }, { name: 'by the manager' });
        const [seen] = await tx.run<{ name: string }>(NAME, [campaignId]);
        expect(seen).toEqual({ name: 'by the manager' });
        await tx.manager.save(Campaign, { id: campaignId, total_leads: 7 });
      }),
    );
    expect(await stored()).toContainEqual({ tenant_id: OURS, name: 'by the manager', total_leads: 7 });
  });

  it('follows the relations of a campaign, within the tenant', async () => {
    const { id, reached } = await furnishCampaign(test, { provider: 'simulator' });
    for (const [table, columns] of [
      ['conversations', ''],
      ['recordings', ', provider, source_url'],
    ] as const) {
      const values = columns === '' ? '' : `, 'simulator', 'https://example.com/a.mp3'`;
      await test.query(`INSERT INTO ${table} (tenant_id, call_id${columns}) VALUES ('t', $1${values})`, [
        reached.callId,
      ]);
    }
    const find = (tenantId: string) =>
      actAs({ ...ACTOR, tenantId }, () =>
        database.transaction(({ manager }) =>
          manager.findOne(Campaign, {
            where: { id, leads: { id: reached.leadId } },
            relations: { leads: { calls: { conversation: true, recording: true } } },
          }),
        ),
      );
    const [call] = (await find('t'))!.leads![0]!.calls!;
    expect(call).toMatchObject({
      id: reached.callId,
      conversation: { call_id: reached.callId },
      recording: { call_id: reached.callId },
    });
    expect(await find(THEIRS)).toBeNull();
  });

  it('reads the other way, from a call to its contact and its campaign', async () => {
    const { id } = await furnishCampaign(test, { provider: 'simulator', from: 10 });
    const calls = await actAs({ ...ACTOR, tenantId: 't' }, () =>
      database.transaction(({ manager }) =>
        manager.find(Call, { where: { campaign: { id } }, relations: { campaign: true, lead: true } }),
      ),
    );
    expect(calls.map(({ campaign, lead }) => [campaign!.id, lead!.campaign_id])).toEqual(calls.map(() => [id, id]));
    expect(calls.length).toBeGreaterThan(0);
  });

  it('has its statements prepared, by names that hold for the role', async () => {
    const names = await asTenant(() =>
      database.transaction(async ({ manager }) => {
        await manager.findOneBy(Campaign, { id: campaignId });
        const rows = await manager.query<{ name: string }[]>('SELECT name, statement FROM pg_prepared_statements');
        return rows.map(({ name }) => name).filter((name) => name.includes('orm:'));
      }),
    );
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !/^tenant:orm:[\w-]{32}$/.test(name))).toEqual([]);
  });

  it('runs nothing once its transaction has ended', async () => {
    const kept = await asTenant(() => database.transaction(async (tx) => tx));
    await expect(kept.manager.find(Campaign)).rejects.toThrow(/released/);
    await expect(kept.run(NAME, [campaignId])).rejects.toThrow(/has ended/);
  });

  it.each(['commitTransaction', 'rollbackTransaction'] as const)(
    'refuses %s of the transaction itself',
    async (end) => {
      const runner = ({ queryRunner }: EntityManager): QueryRunner => queryRunner!;
      const ended = asTenant(() => database.transaction(({ manager }) => runner(manager)[end]()));
      await expect(ended).rejects.toThrow(/alone begins and ends/);
    },
  );

  it('refuses the methods that do not work on the rows of the tenant alone', async () => {
    const preload = asTenant(() =>
      database.transaction(({ manager }) => manager.preload(Campaign, { id: campaignId, name: 'changed' })),
    );
    await expect(preload).rejects.toThrow(/outside of a transaction/);
    const clear = asTenant(() => database.transaction(({ manager }) => manager.clear(Campaign)));
    await expect(clear).rejects.toThrow(/permission denied/);
  });

  it('is refused outside of a transaction', async () => {
    await expect(source.manager.find(Campaign)).rejects.toThrow(/outside of a transaction/);
    await expect(source.getRepository(Campaign).find()).rejects.toThrow(/outside of a transaction/);
    await expect(source.query('SELECT 1')).rejects.toThrow(/outside of a transaction/);
  });

  it('tells failures of the database as pg does, without the values', async () => {
    const secret = `secret${'x'.repeat(300)}`;
    const failure = await asTenant(() =>
      database.transaction(({ manager }) => manager.update(Campaign, { id: campaignId }, { name: secret })),
    ).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: '22001' });
    expect(JSON.stringify(failure)).not.toContain('secret');
  });

  describe('over a BEGIN that TypeORM does not know of', () => {
    let unguarded: DataSource;
    beforeAll(async () => {
      unguarded = await new DataSource(dataSourceOptions(test.url, { poolSize: 1 })).initialize();
    });
    afterAll(() => unguarded.destroy());

    /** Hands out a manager as `Database` would if it sent BEGIN by hand. */
    const handBegun = (step: Step) =>
      withRollback(step, async (work) => {
        const runner = unguarded.createQueryRunner();
        await runner.query(`BEGIN; SET LOCAL ROLE ${TENANT_ROLE}; SET LOCAL ${TENANT_SETTING} = '${OURS}'`);
        await work(runner.manager).finally(async () => {
          await runner.query('ROLLBACK');
          await runner.release();
        });
      });

    it.each(Object.entries(WRITES_WITH_TRANSACTION))(
      'would show all tenants, and undo nothing, after %s',
      async (_, step) => {
        expect(await handBegun(step)).toEqual([
          'works as outdial_app',
          "sees the other tenant's rows",
          'is in another transaction',
          'is not undone',
        ]);
      },
    );
  });
});

const ACTOR = { kind: 'user', id: null, ip: null, requestId: null, isAcrossTenants: false } as const;
const NAME = { name: 'name-of-campaign', text: 'SELECT name FROM campaigns WHERE id = $1' };

function tenantOf({ tenant_id }: { tenant_id: string }): string {
  return tenant_id;
}
