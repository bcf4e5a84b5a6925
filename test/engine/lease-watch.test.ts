import type { INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '#database/connection/database.js';
import { giveUpLease } from '#database/statements/engine/locks/leases.js';
import { LeaseWatch } from '#dialer/leases/lease-watch.js';
import { startEngine } from '../support/engine.js';
import { ObedientCarrier } from '../support/obedient-carrier.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('A lease, while the clock of the database is set', () => {
  let database: TestDatabase;
  let engine: INestApplicationContext;
  let nowMs = 0;
  beforeAll(async () => {
    database = await createTestDatabase();
    engine = await startEngine(database.url, new ObedientCarrier());
  });
  afterAll(async () => {
    await engine.close();
    await database.drop();
  });

  const watchOf = (name: string) => new LeaseWatch(engine.get(Database), { name, seconds: 5 }, () => nowMs);
  const setClock = (name: string, by: string) =>
    database.query(`UPDATE leases SET expires_at = expires_at + $2::interval WHERE name = $1`, [name, by]);

  it.each(['-1 hour', '1 hour'])(
    'stays with a holder that renews it, and passes from one that is gone (%s)',
    async (by) => {
      const name = `lease ${by}`;
      const [holder, other] = [watchOf(name), watchOf(name)];
      expect([await holder.acquire('a'), await other.acquire('b')]).toEqual([true, false]);
      for (let n = 0; n < 4; n++) {
        nowMs += 2_000;
        expect(await holder.acquire('a')).toBe(true);
        await setClock(name, by);
        expect([await other.acquire('b'), await other.isOwned()]).toEqual([false, true]);
      }
      nowMs += 4_999;
      expect(await other.acquire('b')).toBe(false);
      nowMs += 1;
      expect([await other.isOwned(), await other.acquire('b'), await holder.acquire('a')]).toEqual([
        false,
        true,
        false,
      ]);
    },
  );

  it('passes at once from a holder that gives it up', async () => {
    const [holder, other] = [watchOf('given up'), watchOf('given up')];
    await holder.acquire('a');
    await giveUpLease(engine.get(Database), { name: 'given up', holder: 'a' });
    expect([await other.isOwned(), await other.acquire('b')]).toEqual([false, true]);
  });
});
