import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { In, IsNull, type EntityManager } from 'typeorm';
import type { AccountsConfig } from '#config/accounts-config.js';
import { Database } from '#database/connection/database.js';
import { violatesUnique } from '#database/connection/postgres-error.js';
import type { Transaction } from '#database/connection/transaction.js';
import { CallerId } from '#database/entities/caller-id.entity.js';
import { Campaign } from '#database/entities/campaign.entity.js';
import { columnsOf, type Columns } from '#database/entities/columns.js';
import { hasValues } from '#database/entities/edits.js';
import {
  ACCOUNT_HIDDEN_COLUMNS,
  TelephonyAccount,
  type AccountTerms,
  type TelephonyAccountRow,
} from '#database/entities/telephony-account.entity.js';
import { recordAct } from '#database/statements/audit/audit-log.js';
import { lockCampaignsOf } from '#database/statements/engine/locks/lock-campaigns-of-tenant.js';
import {
  hasLiveCalls,
  listTelephonyAccounts,
  lockCampaignsOfAccount,
} from '#database/statements/telephony/telephony-accounts.js';
import { releaseBlocked } from '#database/statements/engine/claim/release-blocked.js';
import { CredentialCipher, type CredentialOwner } from '#dialer/routes/credential-cipher.js';
import { gatesReopenedBy } from '#rules/gate/gate.js';
import { InvalidFields, DomainError } from '#rules/errors/domain-error.js';
import { OPEN_CAMPAIGN_STATUSES, type CampaignStatus } from '#rules/campaign/campaign-status.js';
import type { AccountCredentials, AccountProvider } from '#telephony/port/account-credentials.js';
import { cursorPage, type CursorQuery } from '../fields/cursor-page.js';
import { credentialsIn, hintOf, replacing, type GivenCredentials } from './credentials.js';
import type {
  CreateTelephonyAccountBody,
  TelephonyAccountsAnswer,
  TelephonyAccountView,
  UpdateTelephonyAccountBody,
} from './telephony-account.dto.js';

export const ACCOUNTS_CONFIG = Symbol('AccountsConfig');

/** Keeps the accounts that tenants have with providers. Their credentials are sealed here, and used by the engine. */
@Injectable()
export class TelephonyAccountsService {
  private readonly vault: CredentialCipher;

  constructor(
    private readonly database: Database,
    @Inject(ACCOUNTS_CONFIG) private readonly config: AccountsConfig,
  ) {
    this.vault = new CredentialCipher(config.credentialsKeys);
  }

  async list(tenantId: string, query: CursorQuery): Promise<TelephonyAccountsAnswer> {
    const { rows, next_cursor } = await cursorPage('telephony_accounts', query, (wanted) =>
      listTelephonyAccounts(this.database, tenantId, wanted),
    );
    return { telephony_accounts: rows.map((row) => this.toView(row)), next_cursor };
  }

  async get(tenantId: string, accountId: string): Promise<TelephonyAccountView> {
    const owned = { tenant_id: tenantId, id: accountId };
    return this.toView(await this.database.transaction(({ manager }) => find(manager, owned)));
  }

  create(tenantId: string, body: CreateTelephonyAccountBody): Promise<TelephonyAccountView> {
    const { name, calls_per_second = null, allowed_countries = null, ...given } = body;
    const credentials = credentialsIn(given);
    if (!credentials) throw new InvalidFields([{ field: 'twilio', message: 'is required, or vapi' }]);
    const { provider } = credentials;
    this.requireSetUp(provider);
    const id = randomUUID();
    const sealed = this.seal(credentials, { tenantId, accountId: id });
    const terms = { name, calls_per_second, allowed_countries } satisfies AccountTerms;
    return this.write({ tenantId, name }, async (tx) => {
      await tx.manager.insert(TelephonyAccount, { id, tenant_id: tenantId, provider, ...terms, ...sealed });
      const account = await find(tx.manager, { tenant_id: tenantId, id });
      const detail = { provider, ...terms };
      await recordAct(tx, tenantId, { action: 'telephony_account.create', subject: id, detail });
      return this.toView(account);
    });
  }

  /** Changes an account. Calls that are committed after the answer go to the countries that are allowed then. */
  update(tenantId: string, accountId: string, body: UpdateTelephonyAccountBody): Promise<TelephonyAccountView> {
    const { name, calls_per_second, allowed_countries, ...given } = body;
    const terms: Partial<AccountTerms> = { name, calls_per_second, allowed_countries };
    const gates = gatesReopenedBy('account', { ...body });
    const owned = { tenant_id: tenantId, id: accountId };
    return this.write({ tenantId, name }, async (tx) => {
      const campaignIds = gates.length > 0 ? await lockCampaignsOfAccount(tx, { tenantId, accountId }) : [];
      const locked = await find(tx.manager, owned, 'for_no_key_update');
      const sealed = this.sealAnew(locked, given);
      const edits = { ...terms, ...sealed };
      if (hasValues(edits)) await tx.manager.update(TelephonyAccount, owned, edits);
      const account = await find(tx.manager, owned);
      await releaseBlocked(tx, { campaignIds, gates });
      const detail = { ...terms, has_new_credentials: sealed !== null };
      await recordAct(tx, tenantId, { action: 'telephony_account.update', subject: accountId, detail });
      return this.toView(account);
    });
  }

  /**
   * Deletes the credentials and the caller ids of an account that no campaign and no live call uses. Its row stays for
   * the calls that went over it. A request that names the account in a campaign waits for the lock of the account.
   */
  async delete(tenantId: string, accountId: string): Promise<void> {
    const owned = { tenant_id: tenantId, id: accountId };
    await this.database.transaction(async (tx) => {
      await lockCampaignsOf(tx, tenantId);
      await find(tx.manager, owned, 'pessimistic_write');
      await requireUnused(tx, owned);
      await tx.manager.delete(CallerId, { tenant_id: tenantId, telephony_account_id: accountId });
      await tx.manager.update(TelephonyAccount, owned, { credentials: null, deleted_at: () => 'now()' });
      await recordAct(tx, tenantId, { action: 'telephony_account.delete', subject: accountId });
    });
  }

  private toView(account: Columns<TelephonyAccount>): TelephonyAccountView {
    const shown = Object.fromEntries(
      SHOWN.map((column) => [column, account[column]]),
    ) as unknown as TelephonyAccountRow;
    return {
      ...shown,
      provider: account.provider as AccountProvider,
      has_readable_credentials: this.openedText(account) !== null,
    };
  }

  private opened(account: TelephonyAccount): AccountCredentials | null {
    const text = this.openedText(account);
    return text === null ? null : (JSON.parse(text) as AccountCredentials);
  }

  /** Opens the credentials of an account; null: they are sealed under a key that the installation lacks. */
  private openedText({ id, tenant_id, credentials }: Columns<TelephonyAccount>): string | null {
    return credentials === null ? null : this.vault.open(credentials, { tenantId: tenant_id, accountId: id });
  }

  /** Seals credentials that replace those of an account that the caller has locked; null: none are given. */
  private sealAnew(account: TelephonyAccount, given: GivenCredentials): SealedColumns | null {
    const credentials = replacing({ ...account, before: this.opened(account) }, given);
    if (credentials === null) return null;
    this.requireSetUp(credentials.provider);
    return this.seal(credentials, { tenantId: account.tenant_id, accountId: account.id });
  }

  /** Writes an account. @throws DomainError for a name that another account of the tenant has. */
  private async write<T>(
    { tenantId, name }: { tenantId: string; name: string | undefined },
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.database.transaction(work);
    } catch (error) {
      if (name === undefined || !violatesUnique(error, 'telephony_accounts_name_key')) throw error;
      const where = { tenant_id: tenantId, name, deleted_at: IsNull() };
      const other = await this.database.transaction(({ manager }) => manager.findOneBy(TelephonyAccount, where));
      throw new DomainError('telephony_account_name_taken', { telephony_account_id: other?.id });
    }
  }

  /** Checks the installation's settings. @throws DomainError that says what the operator has to set. */
  private requireSetUp(provider: AccountProvider): void {
    const { obstacle } = this.config[provider];
    if (obstacle !== null)
      throw new DomainError('telephony_accounts_unavailable', {}, `Not set up here, tell the operator: ${obstacle}`);
  }

  private seal(credentials: AccountCredentials, owner: CredentialOwner): SealedColumns {
    return { credentials: this.vault.seal(JSON.stringify(credentials), owner), hint: hintOf(credentials) };
  }
}

type SealedColumns = { [Column in 'credentials' | 'hint']: string };

const SHOWN = columnsOf(TelephonyAccount, ACCOUNT_HIDDEN_COLUMNS);

type OwnedAccount = Pick<TelephonyAccount, 'tenant_id' | 'id'>;

/** Finds an account. @throws DomainError if the tenant has no such account, or has deleted it. */
async function find(
  manager: EntityManager,
  owned: OwnedAccount,
  mode?: 'pessimistic_write' | 'for_no_key_update',
): Promise<TelephonyAccount> {
  const where = { ...owned, deleted_at: IsNull() };
  const account = await manager.findOne(TelephonyAccount, mode ? { where, lock: { mode } } : { where });
  if (!account) throw new DomainError('telephony_account_not_found');
  return account;
}

const MOST_NAMED = 10;

/** Campaigns that may still call. */
const OPEN_STATUSES: CampaignStatus[] = ['draft', ...OPEN_CAMPAIGN_STATUSES];

/** @throws DomainError that names the first campaigns that use an account, if any campaign or live call does. */
async function requireUnused(tx: Transaction, { tenant_id, id }: OwnedAccount): Promise<void> {
  const campaigns = await tx.manager.find(Campaign, {
    select: { id: true },
    where: { tenant_id, telephony_account_id: id, status: In(OPEN_STATUSES) },
    order: { created_at: 'ASC', id: 'ASC' },
    take: MOST_NAMED,
  });
  if (campaigns.length === 0 && !(await hasLiveCalls(tx, id))) return;
  throw new DomainError('telephony_account_in_use', { campaign_ids: campaigns.map((campaign) => campaign.id) });
}
