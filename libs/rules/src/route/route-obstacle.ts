/** Obstacles that keep all calls of a campaign from being placed; the codes are those of `DOMAIN_ERRORS`. */
export const ROUTE_OBSTACLES = [
  'telephony_account_gone',
  'telephony_account_unreadable',
  'caller_id_missing',
  'caller_id_not_allowed',
  'caller_ids_off',
  'first_message_missing',
] as const;

export interface RouteObstacle {
  readonly code: (typeof ROUTE_OBSTACLES)[number];
  /** Field of the campaign. */
  readonly field: 'telephony_account_id' | 'from_number' | 'first_message';
}

/** True if a code is a route obstacle, and not a provider's code. */
export function isRouteObstacle(code: string): code is RouteObstacle['code'] {
  return ROUTE_OBSTACLES.some((one) => one === code);
}

/** Route of a campaign, its caller ids and its first message. */
export interface RouteTerms {
  readonly telephony_account_id: string | null;
  readonly is_account_gone: boolean;
  /** True if no known key decrypts the credentials. */
  readonly is_account_unreadable: boolean;
  readonly numbers: readonly string[];
  readonly first_message: string | null;
  /** True if the campaign has caller ids and all of them are switched off. */
  readonly are_numbers_off: boolean;
}

/** Limits of the route itself. */
export interface RouteLimits {
  mayShow(number: string): boolean;
  saysNothing(firstMessage: string | null): boolean;
}

/**
 * Returns all obstacles, in the order in which to fix them. If the account is gone or unreadable, no others are known.
 */
export function routeObstacles(terms: RouteTerms, route: RouteLimits): RouteObstacle[] {
  if (terms.is_account_gone) return [{ code: 'telephony_account_gone', field: 'telephony_account_id' }];
  if (terms.is_account_unreadable) return [{ code: 'telephony_account_unreadable', field: 'telephony_account_id' }];
  const silent = route.saysNothing(terms.first_message);
  return [
    ...callerIdObstacles(terms, route),
    ...(silent ? [{ code: 'first_message_missing', field: 'first_message' } as const] : []),
  ];
}

/**
 * Returns the obstacles of caller ids. A tenant's own account has no default number, and its carrier decides which
 * numbers it may show. Over the installation's account the operator decides.
 */
function callerIdObstacles(
  { telephony_account_id, numbers, are_numbers_off }: RouteTerms,
  route: RouteLimits,
): RouteObstacle[] {
  if (!numbers.every((number) => route.mayShow(number)))
    return [{ code: 'caller_id_not_allowed', field: 'from_number' }];
  if (are_numbers_off) return [{ code: 'caller_ids_off', field: 'from_number' }];
  const isMissing = telephony_account_id !== null && numbers.length === 0;
  return isMissing ? [{ code: 'caller_id_missing', field: 'from_number' }] : [];
}
