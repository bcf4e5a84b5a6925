import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { ClosedAccount } from './closed-account.js';
import { CredentialVault } from './credential-cipher.js';
import { Lines } from './route-resolver.js';

const TENANT = 't-1';
const [HERE, LOST] = [new CredentialVault([Buffer.alloc(32, 1)]), new CredentialVault([Buffer.alloc(32, 2)])];

describe('Lines', () => {
  afterEach(() => void vi.restoreAllMocks());

  /** Over accounts that are kept nowhere but in `stored`. */
  function linesOver(stored: Map<string, string>) {
    let made = 0;
    const provider = { name: 'own' } as TelephonyProvider;
    const lines = new Lines({} as Database, provider, {
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
      (await lines.within(sql, { telephony_account_id, is_test: false })).provider.name;
    return { made: () => made, nameOf };
  }
  const seal = (vault: CredentialVault, accountId: string) => vault.seal('{}', { tenantId: TENANT, accountId });

  it('are made once, and again for other credentials', async () => {
    const stored = new Map([['a', seal(HERE, 'a')]]);
    const { nameOf } = linesOver(stored);
    expect([await nameOf('a'), await nameOf('a')]).toEqual(['made 1', 'made 1']);
    stored.set('a', seal(HERE, 'a'));
    expect([await nameOf('a'), await nameOf('a')]).toEqual(['made 2', 'made 2']);
  });

  it('are forgotten one by one, where there are too many of them', async () => {
    const ids = Array.from({ length: 1_001 }, (_, n) => `account ${n}`);
    const { nameOf, made } = linesOver(new Map(ids.map((id) => [id, seal(HERE, id)])));
    for (const id of ids) await nameOf(id);
    for (const id of ids.slice(1)) await nameOf(id);
    expect(made()).toBe(1_001);
    await nameOf(ids[0]!);
    expect(made()).toBe(1_002);
  });

  it('of credentials that do not open are told of once a minute', async () => {
    const said: unknown[] = [];
    vi.spyOn(Logger.prototype, 'error').mockImplementation((message: unknown) => void said.push(message));
    let nowMs = 1_000;
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const { nameOf } = linesOver(new Map(['a', 'b'].map((id) => [id, seal(LOST, id)])));
    const closed = new ClosedAccount('telephony_account_unreadable').name;
    for (let n = 0; n < 3; n++) expect([await nameOf('a'), await nameOf('b')]).toEqual([closed, closed]);
    expect(said).toEqual([expect.stringContaining('account a open with none'), expect.stringContaining('account b')]);
    nowMs += 60_000;
    await nameOf('a');
    expect(said.slice(2)).toEqual([expect.stringMatching(/account a .* 2 times before/)]);
  });
});
