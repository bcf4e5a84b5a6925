/** Names the route of a campaign or a call: the test world's, a tenant account's, or the installation's own. */
export interface RouteKey {
  /** Null: the installation's own route, or the test world's. */
  readonly telephony_account_id: string | null;
  /** True: the route goes to the simulator, whatever the provider of the environment. */
  readonly is_test: boolean;
}

/** Names the installation's own route, which the environment configures. */
export const OWN_ROUTE: RouteKey = { telephony_account_id: null, is_test: false };
