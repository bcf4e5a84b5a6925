/** Below PUBLIC_URL: where a provider reports on one call. */
export function callbackPath(provider: string, dialerJobId: string): string {
  return `/api/v1/telephony/${provider}/callbacks/${dialerJobId}`;
}
