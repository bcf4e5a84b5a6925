/**
 * Calls per second over an account with these providers, unless a setting says otherwise. Twilio lets a new account
 * place one, and queues the others, so that they ring later than was decided:
 * https://www.twilio.com/docs/voice/api/call-resource. SIP: the rate that most trunks accept; above it they answer 503.
 */
export const USUAL_PACES: Readonly<Record<string, number>> = { twilio: 1, sip: 10 };

/**
 * Returns the calls per second of an account; null: no limit. @param stated rate that its owner has set; null if none.
 */
export function paceOf(provider: string, stated: number | null): number | null {
  return stated ?? USUAL_PACES[provider] ?? null;
}
