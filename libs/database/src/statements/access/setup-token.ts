import { IsNull, Not } from 'typeorm';
import type { Sql } from '../../connection/sql.js';
import type { Transaction } from '../../connection/transaction.js';
import { Installation } from '../../entities/installation.entity.js';

/** State of an installation before and after its first account. */
export interface SetupState {
  /** SHA-256 of the token with which the first person registers; null before one is made, and after its use. */
  readonly token_hash: Buffer | null;
  /** True once there is a tenant: setup tokens are rejected from then on. */
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
 * Makes the token of this hash the valid one, unless there is one or a tenant. The statement compares and sets at once,
 * so the first of several processes succeeds.
 */
export async function offerSetupToken(sql: Sql, hash: Buffer): Promise<void> {
  await sql.run(OFFER, [hash]);
}

const OFFER = {
  name: 'offer-setup-token',
  text: `
    UPDATE installation SET setup_token_hash = $1
    WHERE setup_token_hash IS NULL AND NOT EXISTS (SELECT FROM tenants)`,
};

/**
 * Makes the token of this hash the valid one, in place of any other. @returns false if there is a tenant already.
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
 * 1. The statement locks the installation's one row: a second transaction waits for the commit of the first.
 * 2. PostgreSQL then reads the row again, and its token is gone: only one of two succeeds.
 * 3. A tenant that was made in another way ends the setup, too.
 * @returns false if the token is not valid, or no longer.
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
 * Makes the token worthless, in the transaction that makes a tenant without it. A person who registers meanwhile waits,
 * and is rejected.
 */
export async function voidSetupToken({ manager }: Transaction): Promise<void> {
  await manager.update(Installation, { setup_token_hash: Not(IsNull()) }, { setup_token_hash: null });
}
