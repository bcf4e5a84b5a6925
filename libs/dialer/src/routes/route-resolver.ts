import { Inject, Injectable, Logger } from '@nestjs/common';
import { forSeveral } from '#database/connection/actor.js';
import { Database } from '#database/connection/database.js';
import type { Sql } from '#database/connection/sql.js';
import type { RouteKey } from '#database/statements/engine/place/route-key.js';
import { campaignRoute } from '#database/statements/campaigns/campaign-routes.js';
import { sealedAccounts, type SealedAccount } from '#database/statements/telephony/telephony-accounts.js';
import { routeObstacles, type RouteObstacle } from '#rules/route/route-obstacle.js';
import { paceOf } from '#rules/route/route-pace.js';
import type { AccountCredentials } from '#telephony/port/account-credentials.js';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { TestCarrier } from '#telephony/simulator/test-carrier.js';
import { ClosedAccount } from './closed-account.js';
import { Batcher } from '#runtime/batcher.js';
import { CallRoute, ROUTE_SETTINGS, type RouteSettings } from './call-route.js';
import { BoundedMap } from '#runtime/bounded-map.js';
import { LogThrottle } from '#runtime/log-throttle.js';
import { TELEPHONY_PROVIDER } from './telephony-provider.token.js';

const MOST_REMEMBERED = 1_000;
const BATCH_SIZE = 100;

/** Resolves the route of a call: that of the environment, of a tenant's own account, or of the test world. */
@Injectable()
export class RouteResolver {
  private readonly logger = new Logger('RouteResolver');
  /** Routes by account, valid while the account's credentials stay the same. */
  private readonly known = new BoundedMap<string, { readonly credentials: string; readonly route: CallRoute }>(
    MOST_REMEMBERED,
  );
  /** Reads accounts in batches, which may belong to several tenants. */
  private readonly accounts = new Batcher((ids: string[]) => forSeveral(() => this.readRoutes(this.database, ids)), {
    maxItems: BATCH_SIZE,
  });
  private readonly gone: CallRoute;
  private readonly unreadable = new LogThrottle();
  /** Route of the environment. */
  readonly own: CallRoute;
  /** Route of the test world. Every process has it, whatever its provider, since no process owns its calls. */
  readonly test: CallRoute;

  constructor(
    private readonly database: Database,
    @Inject(TELEPHONY_PROVIDER) provider: TelephonyProvider,
    @Inject(ROUTE_SETTINGS) private readonly settings: RouteSettings,
  ) {
    this.own = new CallRoute(provider, settings);
    this.test = this.toRoute(new TestCarrier(), null);
    this.gone = this.toRoute(new ClosedAccount('telephony_account_gone'), null);
  }

  /** Calls per second over the environment's route; null: no limit. */
  get ownPace(): number | null {
    return paceOf(this.own.provider.name, this.settings.callsPerSecond);
  }

  /** True if calls over some route may have to wait for their turn. */
  get arePaced(): boolean {
    return this.ownPace !== null || this.settings.vault.hasKeys;
  }

  /** Returns true if a call's cost may arrive after its end. Unknown for a tenant's account, so assumed. */
  costsComeLate(provider: string): boolean {
    if (provider === this.test.provider.name) return false;
    return provider !== this.own.provider.name || this.own.provider.capabilities.lateFactsSeconds.length > 0;
  }

  /** Returns what keeps all calls of a campaign from being placed. */
  async obstaclesOf(sql: Sql, campaignId: string): Promise<RouteObstacle[]> {
    const terms = await campaignRoute(sql, campaignId);
    if (!terms) return [];
    const route = await this.routeWithin(sql, terms);
    const is_account_unreadable = route.closedFor === 'telephony_account_unreadable';
    return routeObstacles({ ...terms, is_account_unreadable }, route);
  }

  /**
   * Returns the route of a campaign or call. An account that cannot be used any more has a route that rejects calls.
   */
  async routeOfAccount(key: RouteKey): Promise<CallRoute> {
    return this.routeWithoutAccount(key) ?? this.accounts.submit(key.telephony_account_id!);
  }

  /** Returns the route within the caller's transaction. */
  async routeWithin(sql: Sql, key: RouteKey): Promise<CallRoute> {
    const withoutAccount = this.routeWithoutAccount(key);
    if (withoutAccount) return withoutAccount;
    const [route] = await this.readRoutes(sql, [key.telephony_account_id!]);
    return route!;
  }

  /** Returns the route of a call that uses no tenant's account; null if it uses one. */
  private routeWithoutAccount({ telephony_account_id, is_test }: RouteKey): CallRoute | null {
    if (is_test) return this.test;
    return telephony_account_id === null ? this.own : null;
  }

  private async readRoutes(sql: Sql, accountIds: string[]): Promise<CallRoute[]> {
    const accounts = new Map((await sealedAccounts(sql, accountIds)).map((account) => [account.id, account]));
    return accountIds.map((id) => this.routeOver(id, accounts.get(id)));
  }

  private routeOver(id: string, account: SealedAccount | undefined): CallRoute {
    if (!account || account.credentials === null) return this.gone;
    const { credentials } = account;
    const known = this.known.get(id);
    if (known?.credentials === credentials) return known.route;
    const provider = this.open(account.tenant_id, id, credentials);
    if (!provider) return this.toRoute(new ClosedAccount('telephony_account_unreadable', account.provider), id);
    const route = this.toRoute(provider, id);
    this.known.set(id, { credentials, route });
    return route;
  }

  private open(tenantId: string, accountId: string, credentials: string): TelephonyProvider | null {
    const text = this.settings.vault.open(credentials, { tenantId, accountId });
    if (text !== null) return this.settings.providerFor(JSON.parse(text) as AccountCredentials);
    const suppressed = this.unreadable.suppressedSince(accountId);
    if (suppressed !== null) this.complain(accountId, suppressed);
    return null;
  }

  private complain(accountId: string, suppressed: number): void {
    this.logger.error('No key of CREDENTIALS_KEYS opens the credentials of a telephony account; see ops -- reseal', {
      telephony_account_id: accountId,
      suppressed,
    });
  }

  /** Makes a route without the caller ids of the environment, which belong to another account. */
  private toRoute(provider: TelephonyProvider, accountId: string | null): CallRoute {
    return new CallRoute(provider, { publicUrl: this.settings.publicUrl, callerId: null, callerIds: null }, accountId);
  }
}
