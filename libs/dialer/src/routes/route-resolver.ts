import { Inject, Injectable, Logger } from '@nestjs/common';
import { forSeveral } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import type { LineKey } from '#database/statements/engine/place/route-key.js';
import { campaignLine } from '#database/statements/campaigns/campaign-routes.js';
import { sealedAccounts, type SealedAccount } from '#database/statements/telephony/telephony-accounts.js';
import { lineObstacles, type LineObstacle } from '#rules/route/route-obstacle.js';
import { paceOf } from '#rules/route/route-pace.js';
import type { AccountCredentials } from '#telephony/port/account-credentials.js';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { TestCarrier } from '#telephony/simulator/test-carrier.js';
import { ClosedAccount } from './closed-account.js';
import { Batcher } from '#runtime/batcher.js';
import { CallLine, LINE_SETTINGS, type LineSettings } from './call-route.js';
import { remember } from '#runtime/bounded-map.js';
import { Seldom } from '#runtime/log-throttle.js';
import { TELEPHONY_PROVIDER } from './telephony-provider.token.js';

const MOST_REMEMBERED = 1_000;
const BATCH_SIZE = 100;

/** Which line calls go over: that of the environment, that of a tenant's own account, or that of the test world. */
@Injectable()
export class Lines {
  private readonly logger = new Logger('Lines');
  /** By account; good for as long as its credentials are those that it was made of. */
  private readonly known = new Map<string, { readonly credentials: string; readonly line: CallLine }>();
  /** What is asked together may be several tenants'. */
  private readonly accounts = new Batcher((ids: string[]) => forSeveral(() => this.linesOf(this.database, ids)), {
    maxItems: BATCH_SIZE,
  });
  private readonly gone: CallLine;
  private readonly unreadable = new Seldom();
  /** That of the environment. */
  readonly own: CallLine;
  /** That of the test world, beside whatever provider there is: in every process, since its calls hang on none. */
  readonly test: CallLine;

  constructor(
    private readonly database: Database,
    @Inject(TELEPHONY_PROVIDER) provider: TelephonyProvider,
    @Inject(LINE_SETTINGS) private readonly settings: LineSettings,
  ) {
    this.own = new CallLine(provider, settings);
    this.test = this.lineTo(new TestCarrier(), null);
    this.gone = this.lineTo(new ClosedAccount('telephony_account_gone'), null);
  }

  /** Calls per second over the line of the environment; null: as many as there are. */
  get ownPace(): number | null {
    return paceOf(this.own.provider.name, this.settings.callsPerSecond);
  }

  /** Whether calls over any line may have to wait for their turn. */
  get arePaced(): boolean {
    return this.ownPace !== null || this.settings.vault.hasKeys;
  }

  /** Of another provider than our own we do not know: it may be that of a tenant's account. */
  costsComeLate(provider: string): boolean {
    if (provider === this.test.provider.name) return false;
    return provider !== this.own.provider.name || this.own.provider.capabilities.lateFactsSeconds.length > 0;
  }

  /** What keeps a campaign's calls from being placed whoever is called. */
  async obstaclesOf(sql: Sql, campaignId: string): Promise<LineObstacle[]> {
    const terms = await campaignLine(sql, campaignId);
    if (!terms) return [];
    const line = await this.within(sql, terms);
    const is_account_unreadable = line.closedFor === 'telephony_account_unreadable';
    return lineObstacles({ ...terms, is_account_unreadable }, line);
  }

  /** Of a campaign or call. An account that cannot be used any more has a line that refuses. */
  async of(key: LineKey): Promise<CallLine> {
    return this.without(key) ?? this.accounts.submit(key.telephony_account_id!);
  }

  /** The same, for whoever is in the middle of a transaction. */
  async within(sql: Sql, key: LineKey): Promise<CallLine> {
    const withoutAccount = this.without(key);
    if (withoutAccount) return withoutAccount;
    const [line] = await this.linesOf(sql, [key.telephony_account_id!]);
    return line!;
  }

  /** Lines that hang on no account; null: this one does. */
  private without({ telephony_account_id, is_test }: LineKey): CallLine | null {
    if (is_test) return this.test;
    return telephony_account_id === null ? this.own : null;
  }

  private async linesOf(sql: Sql, accountIds: string[]): Promise<CallLine[]> {
    const accounts = new Map((await sealedAccounts(sql, accountIds)).map((account) => [account.id, account]));
    return accountIds.map((id) => this.lineOver(id, accounts.get(id)));
  }

  private lineOver(id: string, account: SealedAccount | undefined): CallLine {
    if (!account || account.credentials === null) return this.gone;
    const { credentials } = account;
    const known = this.known.get(id);
    if (known?.credentials === credentials) return known.line;
    const provider = this.open(account.tenant_id, id, credentials);
    if (!provider) return this.lineTo(new ClosedAccount('telephony_account_unreadable', account.provider), id);
    const line = this.lineTo(provider, id);
    remember(this.known, [id, { credentials, line }], MOST_REMEMBERED);
    return line;
  }

  private open(tenantId: string, accountId: string, credentials: string): TelephonyProvider | null {
    const text = this.settings.vault.open(credentials, { tenantId, accountId });
    if (text !== null) return this.settings.providerFor(JSON.parse(text) as AccountCredentials);
    const unsaid = this.unreadable.due(accountId);
    if (unsaid !== null) this.complain(accountId, unsaid);
    return null;
  }

  private complain(accountId: string, unsaid: number): void {
    const before = unsaid > 0 ? ` So it was ${unsaid} times before.` : '';
    this.logger.error(
      `The credentials of telephony account ${accountId} open with none of CREDENTIALS_KEYS: ops -- reseal names all such.${before}`,
    );
  }

  /** The caller ids of the environment are another account's. */
  private lineTo(provider: TelephonyProvider, accountId: string | null): CallLine {
    return new CallLine(provider, { publicUrl: this.settings.publicUrl, callerId: null, callerIds: null }, accountId);
  }
}
