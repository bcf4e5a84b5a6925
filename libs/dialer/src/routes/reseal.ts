import { IsNull, MoreThan } from 'typeorm';
import type { Database } from '#database/connection/database.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { TelephonyAccount } from '#database/entities/telephony-account.entity.js';
import type { CredentialOwner, CredentialCipher } from './credential-cipher.js';

const BATCH_SIZE = 200;

/** An account with its sealed credentials, and what names it to an operator. */
interface SealedCredentials {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly credentials: string;
}

/** Names an account whose credentials open with none of the keys, and tells nothing of what is sealed. */
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

/**
 * Reseals an account unless its credentials have changed since they were read. The update waits for the lock of such a
 * change, and then compares again.
 */
async function isResealed({ database, vault }: Safe, account: SealedCredentials): Promise<boolean> {
  const owner = ownerOf(account);
  const text = vault.keyOf(account.credentials, owner) === 'other' ? vault.open(account.credentials, owner) : null;
  if (text === null) return false;
  const { id, credentials } = account;
  const edits = { credentials: vault.seal(text, owner) };
  return database.transaction(async (tx) => {
    const { affected } = await tx.manager.update(TelephonyAccount, { id, credentials }, edits);
    if (affected === 0) return false;
    await recordAct(tx, account.tenant_id, { action: 'telephony_account.reseal', subject: id });
    return true;
  });
}

/** Reads the accounts of all tenants by their ids. */
async function* sealedIn(database: Database): AsyncGenerator<SealedCredentials> {
  let batch: TelephonyAccount[] = [];
  do {
    batch = await batchAfter(database, batch.at(-1));
    yield* batch.map(({ credentials, ...account }) => ({ ...account, credentials: credentials! }));
  } while (batch.length === BATCH_SIZE);
}

function batchAfter(database: Database, last: TelephonyAccount | undefined): Promise<TelephonyAccount[]> {
  const after = last && { id: MoreThan(last.id) };
  return database.transaction(({ manager }) =>
    manager.find(TelephonyAccount, {
      where: { deleted_at: IsNull(), ...after },
      order: { id: 'ASC' },
      take: BATCH_SIZE,
    }),
  );
}

function ownerOf({ id, tenant_id }: SealedCredentials): CredentialOwner {
  return { tenantId: tenant_id, accountId: id };
}
