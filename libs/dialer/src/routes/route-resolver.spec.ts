import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { ClosedAccount } from './closed-account.js';
import { CredentialCipher } from './credential-cipher.js';
import { RouteResolver } from './route-resolver.js';

const TENANT = 't-1';
const [HERE, LOST] = [new CredentialCipher([Buffer.alloc(32, 1)]), new CredentialCipher([Buffer.alloc(32, 2)])];

describe('RouteResolver', () => {
  afterEach(() => void vi.restoreAllMocks());

  /** Resolves routes over accounts that exist in `stored` only. */
  function routesOver(stored: Map<string, string>) {
    let made = 0;
    const provider = { name: 'own' } as TelephonyProvider;
    const routes = new RouteResolver({} as Database, provider, {
      callerId: null,
      callerIds: null,
      publicUrl: 'https://dialer.example',
      callsPerSecond: null,
      vault: HERE,
      providerFor: () => ({ ...provider, name: `made ${(made += 1)}` }),
    });
    const run = async (_: unknown, [ids]: [string[]]) =>
      ids.map((id) => ({ id, tenant_id: TENANT, provider: 'vapi', credentials: stored.get(id) ?? null }));
    const sql = { run } as unknown as Sql;
    const nameOf = async (telephony_account_id: string) =>
      (await routes.routeWithin(sql, { telephony_account_id, is_test: false })).provider.name;
    return { made: () => made, nameOf };
  }
  const seal = (vault: CredentialCipher, accountId: string) => vault.seal('{}', { tenantId: TENANT, accountId });

  it('makes a route once, and again when its credentials change', async () => {
    const stored = new Map([['a', seal(HERE, 'a')]]);
    const { nameOf } = routesOver(stored);
    expect([await nameOf('a'), await nameOf('a')]).toEqual(['made 1', 'made 1']);
    stored.set('a', seal(HERE, 'a'));
    expect([await nameOf('a'), await nameOf('a')]).toEqual(['made 2', 'made 2']);
  });

  it('forgets the earliest route when there are too many', async () => {
    const ids = Array.from({ length: 1_001 }, (_, n) => `account ${n}`);
    const { nameOf, made } = routesOver(new Map(ids.map((id) => [id, seal(HERE, id)])));
    for (const id of ids) await nameOf(id);
    for (const id of ids.slice(1)) await nameOf(id);
    expect(made()).toBe(1_001);
    await nameOf(ids[0]!);
    expect(made()).toBe(1_002);
  });

  it('logs credentials that do not open once a minute', async () => {
    const said: unknown[] = [];
    vi.spyOn(Logger.prototype, 'error').mockImplementation((_message, fields: unknown) => void said.push(fields));
    let nowMs = 1_000;
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const { nameOf } = routesOver(new Map(['a', 'b'].map((id) => [id, seal(LOST, id)])));
    const closed = new ClosedAccount('telephony_account_unreadable').name;
    for (let n = 0; n < 3; n++) expect([await nameOf('a'), await nameOf('b')]).toEqual([closed, closed]);
    expect(said).toEqual(['a', 'b'].map((id) => ({ telephony_account_id: id, suppressed: 0 })));
    nowMs += 60_000;
    await nameOf('a');
    expect(said.slice(2)).toEqual([{ telephony_account_id: 'a', suppressed: 2 }]);
  });
});
