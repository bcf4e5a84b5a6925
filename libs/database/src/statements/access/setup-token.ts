import type { Sql } from '../../connection/sql.js';

/** How far an installation is from having its first account. */
export interface SetupState {
  /** SHA-256 of the token that the first person has to know; null: no token was made, or it was used. */
  readonly token_hash: Buffer | null;
  /** There is a tenant: nobody registers with a setup token any more. */
  readonly is_set_up: boolean;
}

export async function readSetup(sql: Sql): Promise<SetupState> {
  const [state] = await sql.run<SetupState>(READ);
  return state!;
}

const READ = {
  name: 'read-setup',
  text: `SELECT setup_token_hash AS token_hash, EXISTS (SELECT FROM tenants) AS is_set_up FROM installation`,
};

/**
 * Makes the token of this hash the one that counts, unless there is one or a tenant: of several processes, the first is
 * heard.
 */
export async function offerSetupToken(sql: Sql, hash: Buffer): Promise<void> {
  await sql.run(OFFER, [hash]);
}

const OFFER = {
  name: 'offer-setup-token',
  text: `UPDATE installation SET setup_token_hash = $1 WHERE setup_token_hash IS NULL AND NOT EXISTS (SELECT FROM tenants)`,
};

/**
 * Makes the token of this hash the one that counts, in place of any other. @returns false where there is a tenant
 * already.
 */
export async function exchangeSetupToken(sql: Sql, hash: Buffer): Promise<boolean> {
  return (await sql.run(EXCHANGE, [hash])).length > 0;
}

const EXCHANGE = {
  name: 'exchange-setup-token',
  text: `UPDATE installation SET setup_token_hash = $1 WHERE NOT EXISTS (SELECT FROM tenants) RETURNING is_only`,
};

/**
 * Uses the token of this hash up, in the transaction that makes the first tenant.
 * 1. The installation's one row is locked: whoever comes second waits for the first one's commit.
 * 2. The row is looked at again then, and its token is gone: one of two gets the row.
 * 3. A tenant that was made in another way ends the setup as well.
 * @returns whether the caller is the one.
 */
export async function useSetupToken(sql: Sql, hash: Buffer): Promise<boolean> {
  return (await sql.run(USE, [hash])).length > 0;
}

const USE = {
  name: 'use-setup-token',
  text: `
    UPDATE installation SET setup_token_hash = NULL
    WHERE setup_token_hash = $1 AND NOT EXISTS (SELECT FROM tenants) RETURNING is_only`,
};

/**
 * Makes the token worthless, in the transaction that makes a tenant without it: who registers meanwhile waits, and is
 * refused.
 */
export async function voidSetupToken(sql: Sql): Promise<void> {
  await sql.run(VOID);
}

const VOID = {
  name: 'void-setup-token',
  text: `UPDATE installation SET setup_token_hash = NULL WHERE setup_token_hash IS NOT NULL`,
};
