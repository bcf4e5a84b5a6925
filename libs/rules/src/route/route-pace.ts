/**
 * Calls a second that may be placed over an account with these providers, unless somebody says otherwise. Twilio lets a
 * new account place one, and keeps what is over that in a queue of its own, to ring later than was decided:
 * https://www.twilio.com/docs/voice/api/call-resource. SIP: what most trunks bear; above, they answer 503.
 */
export const USUAL_PACES: Readonly<Record<string, number>> = { twilio: 1, sip: 10 };

/** @param stated by whoever the account belongs to; null: nothing. @returns null: as many as there are. */
export function paceOf(provider: string, stated: number | null): number | null {
  return stated ?? USUAL_PACES[provider] ?? null;
}
