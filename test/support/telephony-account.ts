import type { ApiClient } from './api-client.js';

export const ACCOUNTS_KEY = '0a'.repeat(32);

/** Settings with which tenants may bring accounts of their own. */
export const ACCOUNTS_SET_UP = { CREDENTIALS_KEYS: ACCOUNTS_KEY, PUBLIC_URL: 'https://dialer.example' } as const;

export const TWILIO = { account_sid: `AC${'0'.repeat(28)}beef`, auth_token: 'hush-hush-of-twilio' } as const;
export const VAPI = { api_key: 'hush-hush-of-vapi-wxyz' } as const;

export interface TelephonyAccountBody {
  readonly id: string;
  readonly [field: string]: unknown;
}

let added = 0;

/** An account with Twilio, unless `fields` say another, under a name that no other account has. */
export async function addAccount(
  client: ApiClient,
  fields: object = { twilio: TWILIO },
): Promise<TelephonyAccountBody> {
  const name = `Account ${++added}`;
  const { status, body } = await client.post<{ telephony_account: TelephonyAccountBody }>('/telephony-accounts', {
    name,
    allowed_countries: ['*'],
    ...fields,
  });
  if (status !== 201) throw new Error(`Adding an account answered ${status}: ${JSON.stringify(body)}`);
  return body.telephony_account;
}
