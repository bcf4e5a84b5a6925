import type { Database } from '#database/connection/database.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import {
  nextSealedCredentials,
  resealCredentials,
  type SealedCredentials,
} from '#database/statements/telephony/reseal-accounts.js';
import type { CredentialOwner, CredentialCipher } from './credential-cipher.js';

const BATCH_SIZE = 200;

/** Identity of an account whose credentials no key opens. Holds nothing of the sealed text. */
export type UnopenedAccount = Pick<SealedCredentials, 'id' | 'name' | 'tenant_id'>;

/** Number of accounts by the key that seals their credentials. */
export interface SealCensus {
  /** Accounts under the key that seals. */
  readonly first: number;
  /** Accounts under another key that is known. */
  readonly other: number;
  /** Accounts under no known key. */
  readonly none: readonly UnopenedAccount[];
}

export interface Safe {
  readonly database: Database;
  readonly vault: CredentialCipher;
}

/** Counts the accounts of all tenants by their keys. */
export async function sealCensus({ database, vault }: Safe): Promise<SealCensus> {
  const counted = { first: 0, other: 0 };
  const none: UnopenedAccount[] = [];
  for await (const account of sealedIn(database)) {
    const key = vault.keyOf(account.credentials, ownerOf(account));
    if (key === 'none') none.push({ id: account.id, name: account.name, tenant_id: account.tenant_id });
    else counted[key] += 1;
  }
  return { ...counted, none };
}

/**
 * Seals credentials under the first key that are sealed under another. Each account has its own transaction, so that
 * other changes wait for one row at most. Safe to run twice at once and while accounts change.
 * @returns the number of accounts that were sealed anew.
 */
export async function reseal(safe: Safe): Promise<number> {
  let count = 0;
  for await (const account of sealedIn(safe.database)) if (await isResealed(safe, account)) count += 1;
  return count;
}

async function isResealed({ database, vault }: Safe, account: SealedCredentials): Promise<boolean> {
  const owner = ownerOf(account);
  const text = vault.keyOf(account.credentials, owner) === 'other' ? vault.open(account.credentials, owner) : null;
  if (text === null) return false;
  const resealed = vault.seal(text, owner);
  return database.transaction(async (sql) => {
    if (!(await resealCredentials(sql, { ...account, resealed }))) return false;
    await recordAct(sql, account.tenant_id, { action: 'telephony_account.reseal', subject: account.id });
    return true;
  });
}

async function* sealedIn(database: Database): AsyncGenerator<SealedCredentials> {
  let batch: SealedCredentials[] = [];
  do {
    batch = await nextSealedCredentials(database, { afterId: batch.at(-1)?.id ?? null, limit: BATCH_SIZE });
    yield* batch;
  } while (batch.length === BATCH_SIZE);
}

function ownerOf({ id, tenant_id }: SealedCredentials): CredentialOwner {
  return { tenantId: tenant_id, accountId: id };
}
