/** Returns the path below PUBLIC_URL to which a provider sends its webhooks for one call. */
export function webhookPath(provider: string, dialerJobId: string): string {
  return `/api/v1/telephony/${provider}/callbacks/${dialerJobId}`;
}
