import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { AccountsConfig } from '#config/accounts-config.js';
import { Database } from '#database/connection/database.js';
import type { TelephonyAccountRow } from '#database/entities/telephony-account.entity.js';
import { violatesUnique } from '#database/connection/postgres-error.js';
import type { Sql } from '#database/connection/sql.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { lockCampaignsOf } from '#database/statements/access/edit-tenant.js';
import {
  campaignsUsing,
  deleteTelephonyAccount,
  editTelephonyAccount,
  findTelephonyAccount,
  lockCampaignsOfAccount,
  insertTelephonyAccount,
  listTelephonyAccounts,
  lockTelephonyAccount,
  sealedAccounts,
  telephonyAccountNamed,
  type SealedAccount,
} from '#database/statements/telephony/telephony-accounts.js';
import { releaseBlocked } from '#database/statements/engine/claim/release-blocked.js';
import { CredentialCipher, type CredentialOwner } from '#dialer/routes/credential-cipher.js';
import { gatesReopenedBy } from '#rules/gate/gate.js';
import { InvalidFields, DomainError } from '#rules/errors/domain-error.js';
import type { AccountCredentials, AccountProvider } from '#telephony/port/account-credentials.js';
import { cursorPage, type CursorQuery } from '../fields/cursor-page.js';
import { credentialsIn, hintOf, replacing } from './credentials.js';
import type {
  CreateTelephonyAccountBody,
  TelephonyAccountsAnswer,
  TelephonyAccountView,
  UpdateTelephonyAccountBody,
} from './telephony-account.dto.js';

export const ACCOUNTS_CONFIG = Symbol('AccountsConfig');

/** Tenants' own accounts with providers. What is sealed here is opened by the engine and nobody else. */
@Injectable()
export class TelephonyAccountsService {
  private readonly vault: CredentialCipher;

  constructor(
    private readonly database: Database,
    @Inject(ACCOUNTS_CONFIG) private readonly config: AccountsConfig,
  ) {
    this.vault = new CredentialCipher(config.credentialsKeys);
  }

  list(tenantId: string, query: CursorQuery): Promise<TelephonyAccountsAnswer> {
    return this.database.transaction(async (sql) => {
      const page = await cursorPage('telephony_accounts', query, (wanted) =>
        listTelephonyAccounts(sql, tenantId, wanted),
      );
      return { telephony_accounts: await this.toViews(sql, page.rows), next_cursor: page.next_cursor };
    });
  }

  async get(tenantId: string, accountId: string): Promise<TelephonyAccountView> {
    return this.toView(this.database, await find(this.database, tenantId, accountId));
  }

  create(tenantId: string, body: CreateTelephonyAccountBody): Promise<TelephonyAccountView> {
    const {
      name,
      calls_per_second: callsPerSecond = null,
      allowed_countries: allowedCountries = null,
      ...given
    } = body;
    const credentials = credentialsIn(given);
    if (!credentials) throw new InvalidFields([{ field: 'twilio', message: 'is required, or vapi' }]);
    const { provider } = credentials;
    this.requireSetUp(provider);
    const id = randomUUID();
    const sealed = this.seal(credentials, { tenantId, accountId: id });
    return this.write({ tenantId, name }, async (sql) => {
      const terms = { name, provider, callsPerSecond, allowedCountries };
      const account = await insertTelephonyAccount(sql, { id, tenantId, ...terms, ...sealed });
      const detail = { name, provider, calls_per_second: callsPerSecond, allowed_countries: allowedCountries };
      await recordAct(sql, tenantId, { action: 'telephony_account.create', subject: id, detail });
      return this.toView(sql, account);
    });
  }

  /** After this has answered, nothing is committed to be dialed to a country that is not allowed any more. */
  update(tenantId: string, accountId: string, body: UpdateTelephonyAccountBody): Promise<TelephonyAccountView> {
    const { name, calls_per_second, allowed_countries, ...given } = body;
    const gates = gatesReopenedBy('account', { ...body });
    return this.write({ tenantId, name }, async (sql) => {
      const campaignIds = gates.length > 0 ? await lockCampaignsOfAccount(sql, { tenantId, accountId }) : [];
      const locked = await lockTelephonyAccount(sql, { tenantId, accountId });
      if (!locked) throw new DomainError('telephony_account_not_found');
      const before = await this.open(sql, { tenantId, accountId });
      const credentials = replacing({ ...locked, before }, given);
      if (credentials) this.requireSetUp(credentials.provider);
      const sealed = credentials && this.seal(credentials, { tenantId, accountId });
      const edits = { name, calls_per_second, allowed_countries };
      const account = await editTelephonyAccount(sql, { tenantId, accountId }, { ...edits, ...sealed });
      await releaseBlocked(sql, { campaignIds, gates });
      const detail = { ...edits, has_new_credentials: credentials !== null };
      await recordAct(sql, tenantId, { action: 'telephony_account.update', subject: accountId, detail });
      return this.toView(sql, account);
    });
  }

  async delete(tenantId: string, accountId: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      await lockCampaignsOf(sql, tenantId);
      const outcome = await deleteTelephonyAccount(sql, { tenantId, accountId });
      if (outcome === 'not_found') throw new DomainError('telephony_account_not_found');
      if (outcome === 'in_use') {
        const campaign_ids = await campaignsUsing(sql, { tenantId, accountId });
        throw new DomainError('telephony_account_in_use', { campaign_ids });
      }
      await recordAct(sql, tenantId, { action: 'telephony_account.delete', subject: accountId });
    });
  }

  private async toView(sql: Sql, account: TelephonyAccountRow): Promise<TelephonyAccountView> {
    const [view] = await this.toViews(sql, [account]);
    return view!;
  }

  /** Whether credentials can be read is known only by trying. */
  private async toViews(sql: Sql, accounts: readonly TelephonyAccountRow[]): Promise<TelephonyAccountView[]> {
    const ids = accounts.map(({ id }) => id);
    const sealed = await sealedAccounts(sql, ids);
    const readable = new Set(sealed.filter((account) => this.openSealed(account) !== null).map(({ id }) => id));
    return accounts.map((account) => ({
      ...account,
      provider: account.provider as AccountProvider,
      has_readable_credentials: readable.has(account.id),
    }));
  }

  private openSealed({ id, tenant_id, credentials }: SealedAccount): string | null {
    return credentials === null ? null : this.vault.open(credentials, { tenantId: tenant_id, accountId: id });
  }

  private async write<T>(
    { tenantId, name }: { tenantId: string; name: string | undefined },
    work: (sql: Sql) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.database.transaction(work);
    } catch (error) {
      if (!violatesUnique(error, 'telephony_accounts_name_key')) throw error;
      const telephony_account_id = await telephonyAccountNamed(this.database, tenantId, name ?? '');
      throw new DomainError('telephony_account_name_taken', { telephony_account_id });
    }
  }

  /** @throws DomainError that says what the operator has to set. */
  private requireSetUp(provider: AccountProvider): void {
    const { obstacle } = this.config[provider];
    if (obstacle !== null)
      throw new DomainError('telephony_accounts_unavailable', {}, `Not set up here, tell the operator: ${obstacle}`);
  }

  private seal(credentials: AccountCredentials, owner: CredentialOwner): { credentials: string; hint: string } {
    return { credentials: this.vault.seal(JSON.stringify(credentials), owner), hint: hintOf(credentials) };
  }

  private async open(sql: Sql, owner: CredentialOwner): Promise<AccountCredentials | null> {
    const [account] = await sealedAccounts(sql, [owner.accountId]);
    const text = account ? this.openSealed(account) : null;
    return text === null ? null : (JSON.parse(text) as AccountCredentials);
  }
}

async function find(sql: Sql, tenantId: string, accountId: string): Promise<TelephonyAccountRow> {
  const account = await findTelephonyAccount(sql, { tenantId, accountId });
  if (!account) throw new DomainError('telephony_account_not_found');
  return account;
}
