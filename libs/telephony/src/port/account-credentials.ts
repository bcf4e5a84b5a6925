/** Credentials of an account with a provider; stored sealed, as JSON. */
export type AccountCredentials =
  | {
      readonly provider: 'twilio';
      readonly account_sid: string;
      readonly auth_token: string;
      readonly api_key: { readonly sid: string; readonly secret: string } | null;
    }
  | { readonly provider: 'vapi'; readonly api_key: string; readonly webhook_secret: string };

export const ACCOUNT_PROVIDERS = ['twilio', 'vapi'] as const satisfies readonly AccountCredentials['provider'][];
export type AccountProvider = (typeof ACCOUNT_PROVIDERS)[number];
