import { randomBytes } from 'node:crypto';
import { InvalidFields } from '#rules/errors/domain-error.js';
import type { AccountCredentials } from '#telephony/port/account-credentials.js';
import type { TwilioCredentialsBody, VapiCredentialsBody } from './telephony-account.dto.js';

export interface GivenCredentials {
  readonly twilio?: TwilioCredentialsBody;
  readonly vapi?: VapiCredentialsBody;
}

/**
 * Returns the credentials that a body gives, as they are stored; null: it gives none.
 * @throws InvalidFields for credentials of two providers, or half a key.
 */
export function credentialsIn({ twilio, vapi }: GivenCredentials): AccountCredentials | null {
  if (twilio && vapi) throw new InvalidFields([{ field: 'vapi', message: 'cannot be given beside twilio' }]);
  if (twilio) return twilioCredentials(twilio);
  return vapi ? vapiCredentials(vapi) : null;
}

function twilioCredentials(body: TwilioCredentialsBody): AccountCredentials {
  const { account_sid, auth_token, api_key_sid: sid, api_key_secret: secret } = body;
  if ((sid === undefined) !== (secret === undefined)) {
    const field = sid === undefined ? 'twilio.api_key_sid' : 'twilio.api_key_secret';
    throw new InvalidFields([{ field, message: 'must be given with the other half of the key' }]);
  }
  const api_key = sid === undefined || secret === undefined ? null : { sid, secret };
  return { provider: 'twilio', account_sid, auth_token, api_key };
}

const SECRET_BYTES = 32;

function vapiCredentials({ api_key, webhook_secret }: VapiCredentialsBody): AccountCredentials {
  return { provider: 'vapi', api_key, webhook_secret: webhook_secret ?? randomBytes(SECRET_BYTES).toString('hex') };
}

/** An account before a change. `before` are its credentials; null: they cannot be opened any more. */
interface PresentAccount {
  readonly before: AccountCredentials | null;
  readonly provider: string;
  readonly hint: string;
}

/**
 * Returns the credentials that replace those of an account; null: none are given. They must be of the same account at
 * the provider: calls, costs and recordings are still looked up there. Webhooks of live calls carry the secret that the
 * provider was told.
 * @throws InvalidFields for credentials of another provider or account.
 */
export function replacing(account: PresentAccount, { vapi, ...given }: GivenCredentials): AccountCredentials | null {
  const { before, provider } = account;
  if (before === null && vapi && vapi.webhook_secret === undefined) throw new InvalidFields([SECRET_UNREADABLE]);
  const known = before?.provider === 'vapi' ? { webhook_secret: before.webhook_secret } : {};
  const credentials = credentialsIn({ ...given, vapi: vapi && { ...known, ...defined(vapi) } });
  if (!credentials) return null;
  if (credentials.provider !== provider)
    throw new InvalidFields([
      { field: credentials.provider, message: `cannot be given: the account is one with ${provider}` },
    ]);
  if (isOfAnother(account, credentials))
    throw new InvalidFields([{ field: 'twilio.account_sid', message: 'must stay: add another telephony account' }]);
  return credentials;
}

/**
 * True if these are credentials of another Twilio account. Where the account SID cannot be opened any more, its end is
 * compared. A key of Vapi does not tell its organisation.
 */
function isOfAnother({ before, hint }: PresentAccount, credentials: AccountCredentials): boolean {
  if (credentials.provider !== 'twilio') return false;
  return before?.provider === 'twilio' ? before.account_sid !== credentials.account_sid : hintOf(credentials) !== hint;
}

/** Problem of a missing secret. A generated one would be wrong for an organisation that has set its own. */
const SECRET_UNREADABLE = {
  field: 'vapi.webhook_secret',
  message:
    "is required, since the one before cannot be read any more: that of the organisation's server credential, or " +
    'else any new one',
};

function defined<T extends object>(body: T): T {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as T;
}

const HINT_LENGTH = 4;

export function hintOf(credentials: AccountCredentials): string {
  return (credentials.provider === 'twilio' ? credentials.account_sid : credentials.api_key).slice(-HINT_LENGTH);
}
