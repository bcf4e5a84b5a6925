import { LIVE_CALL_STATUSES } from '#rules/call/call-status.js';
import { columnsOf } from '../../entities/columns.js';
import {
  ACCOUNT_HIDDEN_COLUMNS,
  TelephonyAccount,
  type AccountTerms,
  type TelephonyAccountRow,
} from '../../entities/telephony-account.entity.js';
import type { Sql } from '../../connection/sql.js';
import { pageBy, positionValues, TIME_KEY, type ListPosition, type PageWanted } from '../parts/filter.js';
import { sqlList } from '../parts/sql-list.js';

const COLUMNS = columnsOf(TelephonyAccount, ACCOUNT_HIDDEN_COLUMNS).join(', ');

export interface NewTelephonyAccount {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly provider: string;
  /** Sealed. */
  readonly credentials: string;
  readonly hint: string;
  readonly callsPerSecond: number | null;
  readonly allowedCountries: readonly string[] | null;
}

export async function insertTelephonyAccount(sql: Sql, account: NewTelephonyAccount): Promise<TelephonyAccountRow> {
  const { id, tenantId, name, provider, credentials, hint, callsPerSecond, allowedCountries } = account;
  const values = [
    id,
    tenantId,
    name,
    provider,
    credentials,
    hint,
    callsPerSecond,
    allowedCountries && JSON.stringify(allowedCountries),
  ];
  const [row] = await sql.run<TelephonyAccountRow>(INSERT, values);
  return row!;
}

const INSERT = {
  name: 'insert-telephony-account',
  text: `
    INSERT INTO telephony_accounts (id, tenant_id, name, provider, credentials, hint, calls_per_second, allowed_countries)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    RETURNING ${COLUMNS}`,
};

/** Oldest first. */
export function listTelephonyAccounts(
  sql: Sql,
  tenantId: string,
  page: PageWanted,
): Promise<(TelephonyAccountRow & ListPosition)[]> {
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

export async function findTelephonyAccount(
  sql: Sql,
  { tenantId, accountId }: OwnedAccount,
): Promise<TelephonyAccountRow | undefined> {
  const [row] = await sql.run<TelephonyAccountRow>(FIND, [tenantId, accountId]);
  return row;
}

const FIND = {
  name: 'find-telephony-account',
  text: `SELECT ${COLUMNS} FROM telephony_accounts WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL`,
};

/** Locks an account against deletion until the transaction ends. Locked after campaigns. @returns whether it exists. */
export async function lockAccountAgainstDeletion(sql: Sql, { tenantId, accountId }: OwnedAccount): Promise<boolean> {
  const rows = await sql.run(LOCK_AGAINST_DELETION, [tenantId, accountId]);
  return rows.length > 0;
}

const LOCK_AGAINST_DELETION = {
  name: 'lock-telephony-account-against-deletion',
  text: `SELECT id FROM telephony_accounts WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL FOR KEY SHARE`,
};

/**
 * Finds an account and locks it against change and deletion until the transaction ends. Calls may be placed over it
 * meanwhile. Locked after campaigns.
 */
export async function lockTelephonyAccount(
  sql: Sql,
  { tenantId, accountId }: OwnedAccount,
): Promise<TelephonyAccountRow | undefined> {
  const [row] = await sql.run<TelephonyAccountRow>(LOCK, [tenantId, accountId]);
  return row;
}

const LOCK = { name: 'lock-telephony-account', text: `${FIND.text} FOR NO KEY UPDATE` };

/** What of an account can be changed; what is left out stays. */
export type AccountEdits = Partial<AccountTerms & Pick<TelephonyAccount, 'credentials' | 'hint'>>;

/** Of an account that the caller has locked. */
export async function editTelephonyAccount(
  sql: Sql,
  { tenantId, accountId }: OwnedAccount,
  edits: AccountEdits,
): Promise<TelephonyAccountRow> {
  const [row] = await sql.run<TelephonyAccountRow>(EDIT, [tenantId, accountId, JSON.stringify(edits)]);
  return row!;
}

const EDITABLE = columnsOf(TelephonyAccount, [
  'id',
  'tenant_id',
  'provider',
  'created_at',
  'updated_at',
  'deleted_at',
]).join(', ');

const EDIT = {
  name: 'edit-telephony-account',
  text: `
    UPDATE telephony_accounts a SET (${EDITABLE}) = (SELECT ${EDITABLE} FROM jsonb_populate_record(a, $3::jsonb))
    WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING ${COLUMNS}`,
};

/** An account with what opens it, as the engine needs it. */
export interface SealedAccount {
  readonly id: string;
  readonly tenant_id: string;
  readonly provider: string;
  /** Null: the account is deleted. */
  readonly credentials: string | null;
}

export function sealedAccounts(sql: Sql, accountIds: readonly string[]): Promise<SealedAccount[]> {
  return sql.run<SealedAccount>(SEALED, [accountIds]);
}

const SEALED = {
  name: 'sealed-telephony-accounts',
  text: `SELECT id, tenant_id, provider, credentials FROM telephony_accounts WHERE id = ANY($1::uuid[])`,
};

/**
 * Forgets the credentials and the numbers of an account that no campaign will call over and no call goes over; the row
 * stays for the calls that did. The tenant's campaigns are held by the caller; whoever names the account in a new one
 * is waited for.
 */
export async function deleteTelephonyAccount(
  sql: Sql,
  { tenantId, accountId }: OwnedAccount,
): Promise<'deleted' | 'in_use' | 'not_found'> {
  const locked = await sql.run(LOCK_TO_DELETE, [tenantId, accountId]);
  if (locked.length === 0) return 'not_found';
  const [use] = await sql.run<{ is_used: boolean }>(IS_USED, [tenantId, accountId]);
  if (use?.is_used) return 'in_use';
  await sql.run(FORGET_NUMBERS, [tenantId, accountId]);
  await sql.run(FORGET, [tenantId, accountId]);
  return 'deleted';
}

const LOCK_TO_DELETE = {
  name: 'hold-telephony-account-to-delete',
  text: `SELECT id FROM telephony_accounts WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL FOR UPDATE`,
};

const NAMES_ACCOUNT = `tenant_id = $1 AND telephony_account_id = $2
  AND status IN ('draft', 'scheduled', 'running', 'paused')`;

const IS_USED = {
  name: 'is-telephony-account-used',
  text: `
    SELECT EXISTS (SELECT FROM campaigns WHERE ${NAMES_ACCOUNT})
      OR EXISTS (SELECT FROM calls WHERE telephony_account_id = $2 AND status IN (${sqlList(LIVE_CALL_STATUSES)})) AS is_used`,
};

/** Campaigns that keep an account from being deleted; the first ten. */
export async function campaignsUsing(sql: Sql, { tenantId, accountId }: OwnedAccount): Promise<string[]> {
  const campaigns = await sql.run<{ id: string }>(USING, [tenantId, accountId]);
  return campaigns.map(({ id }) => id);
}

const USING = {
  name: 'campaigns-using-telephony-account',
  text: `SELECT id FROM campaigns WHERE ${NAMES_ACCOUNT} ORDER BY created_at, id LIMIT 10`,
};

/** The account that has a name already. */
export async function telephonyAccountNamed(sql: Sql, tenantId: string, name: string): Promise<string | undefined> {
  const [account] = await sql.run<{ id: string }>(NAMED, [tenantId, name]);
  return account?.id;
}

const NAMED = {
  name: 'telephony-account-named',
  text: `SELECT id FROM telephony_accounts WHERE tenant_id = $1 AND name = $2 AND deleted_at IS NULL`,
};

const FORGET_NUMBERS = {
  name: 'delete-caller-ids-of-account',
  text: `DELETE FROM caller_ids WHERE tenant_id = $1 AND telephony_account_id = $2`,
};

const FORGET = {
  name: 'delete-telephony-account',
  text: `UPDATE telephony_accounts SET credentials = NULL, deleted_at = now() WHERE tenant_id = $1 AND id = $2`,
};

/**
 * Holds every campaign of a tenant that calls over one of its accounts, so that no call is committed before the
 * transaction has ended. Comes before the account. @returns their ids.
 */
export async function lockCampaignsOfAccount(sql: Sql, { tenantId, accountId }: OwnedAccount): Promise<string[]> {
  const rows = await sql.run<{ id: string }>(LOCK_CAMPAIGNS, [tenantId, accountId]);
  return rows.map(({ id }) => id);
}

const LOCK_CAMPAIGNS = {
  name: 'hold-campaigns-of-account',
  text: `SELECT id FROM campaigns WHERE tenant_id = $1 AND telephony_account_id = $2 ORDER BY id FOR UPDATE`,
};

/** An account, with what it may call, for the operator. */
export interface AccountCountries {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly provider: string;
  readonly allowed_countries: readonly string[] | null;
  readonly default_country: string | null;
}

/** Accounts of all tenants that are not deleted. */
export function accountCountries(sql: Sql): Promise<AccountCountries[]> {
  return sql.run<AccountCountries>(COUNTRIES);
}

const COUNTRIES = {
  name: 'countries-of-telephony-accounts',
  text: `
    SELECT a.id, a.tenant_id, a.name, a.provider, a.allowed_countries, t.default_country
    FROM telephony_accounts a JOIN tenants t ON t.id = a.tenant_id WHERE a.deleted_at IS NULL ORDER BY a.tenant_id, a.created_at, a.id`,
};
