import { LIVE_CALL_STATUSES } from '#rules/call/call-status.js';
import { columnsOf, type Columns } from '../../entities/columns.js';
import { TelephonyAccount } from '../../entities/telephony-account.entity.js';
import type { Sql } from '../../connection/sql.js';
import { pageBy, positionValues, TIME_KEY, type ListPosition, type PageWanted } from '../parts/filter.js';
import { sqlList } from '../parts/sql-list.js';

const COLUMNS = columnsOf(TelephonyAccount).join(', ');

/** Lists the accounts of a tenant, oldest first. */
export function listTelephonyAccounts(
  sql: Sql,
  tenantId: string,
  page: PageWanted,
): Promise<(Columns<TelephonyAccount> & ListPosition)[]> {
  return sql.run(LIST, [tenantId, ...positionValues(page)]);
}

const LIST = {
  name: 'list-telephony-accounts',
  text: `
    SELECT ${COLUMNS}, ${TIME_KEY} AS key FROM telephony_accounts
    WHERE tenant_id = $1 AND deleted_at IS NULL AND ${pageBy('created_at', 'ASC')}`,
};

interface OwnedAccount {
  readonly tenantId: string;
  readonly accountId: string;
}

/** Locks an account against deletion until the transaction ends. Locked after campaigns. @returns whether it exists. */
export async function lockAccountAgainstDeletion(sql: Sql, { tenantId, accountId }: OwnedAccount): Promise<boolean> {
  const rows = await sql.run(LOCK_AGAINST_DELETION, [tenantId, accountId]);
  return rows.length > 0;
}

const LOCK_AGAINST_DELETION = {
  name: 'lock-telephony-account-against-deletion',
  text: `SELECT id FROM telephony_accounts WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL FOR KEY SHARE`,
};

/** An account with its sealed credentials, as the engine needs it. */
export interface SealedAccount {
  readonly id: string;
  readonly tenant_id: string;
  readonly provider: string;
  /** Null: the account is deleted. */
  readonly credentials: string | null;
}

/** Finds accounts by their ids, deleted ones too. */
export function sealedAccounts(sql: Sql, accountIds: readonly string[]): Promise<SealedAccount[]> {
  return sql.run<SealedAccount>(SEALED, [accountIds]);
}

const SEALED = {
  name: 'sealed-telephony-accounts',
  text: `SELECT id, tenant_id, provider, credentials FROM telephony_accounts WHERE id = ANY($1::uuid[])`,
};

/** True if a call over the account has not ended. */
export async function hasLiveCalls(sql: Sql, accountId: string): Promise<boolean> {
  const [row] = await sql.run<{ is_live: boolean }>(HAS_LIVE_CALLS, [accountId]);
  return row?.is_live ?? false;
}

/** Written by hand: PostgreSQL uses the partial index of live calls only where it knows the statuses. */
const HAS_LIVE_CALLS = {
  name: 'has-account-live-calls',
  text: `
    SELECT EXISTS (SELECT FROM calls
      WHERE telephony_account_id = $1 AND status IN (${sqlList(LIVE_CALL_STATUSES)})) AS is_live`,
};

/**
 * Locks every campaign of a tenant that calls over one of its accounts. No call of them is committed before the
 * transaction has ended. Campaigns are locked before the account.
 * @returns their ids.
 */
export async function lockCampaignsOfAccount(sql: Sql, { tenantId, accountId }: OwnedAccount): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(LOCK_CAMPAIGNS, [tenantId, accountId]);
  return rows.map(({ id }) => id);
}

const LOCK_CAMPAIGNS = {
  name: 'lock-campaigns-of-account',
  text: `SELECT id FROM campaigns WHERE tenant_id = $1 AND telephony_account_id = $2 ORDER BY id FOR UPDATE`,
};

/** An account with the countries that may be called over it, for the operator. */
export interface AccountCountries {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly provider: string;
  readonly allowed_countries: readonly string[] | null;
  readonly default_country: string | null;
}

/** Lists the accounts of all tenants that are not deleted. */
export function accountCountries(sql: Sql): Promise<AccountCountries[]> {
  return sql.run<AccountCountries>(COUNTRIES);
}

const COUNTRIES = {
  name: 'countries-of-telephony-accounts',
  text: `
    SELECT a.id, a.tenant_id, a.name, a.provider, a.allowed_countries, t.default_country
    FROM telephony_accounts a JOIN tenants t ON t.id = a.tenant_id WHERE a.deleted_at IS NULL
    ORDER BY a.tenant_id, a.created_at, a.id`,
};
