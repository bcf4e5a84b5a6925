import { isLoopbackUrl } from './loopback.js';
import { ConfigurationError, type Settings } from './settings.js';

/** Provider that tenants may have accounts with. */
export interface AccountsAt {
  readonly apiUrl: string;
  /** Sentence that says what the operator must set before a tenant can have an account; null: nothing. */
  readonly obstacle: string | null;
}

/** Settings of every account with Twilio, the installation's own included. */
export interface TwilioAt extends AccountsAt {
  readonly machineDetection: boolean;
}

/** Settings that let tenants bring accounts of their own. */
export interface AccountsConfig {
  /** Keys of 32 bytes: the first seals, all of them open. Without keys no tenant brings an account. */
  readonly credentialsKeys: readonly Buffer[];
  readonly twilio: TwilioAt;
  readonly vapi: AccountsAt;
}

const TWILIO_API = { setting: 'TWILIO_API_URL', fallback: 'https://api.twilio.com' } as const;
const VAPI_API = { setting: 'VAPI_API_URL', fallback: 'https://api.vapi.ai' } as const;

/** @throws ConfigurationError with one sentence that names the setting. */
export function readAccounts(settings: Settings): AccountsConfig {
  const credentialsKeys = readKeys(settings);
  const at = ({ setting, fallback }: typeof TWILIO_API | typeof VAPI_API): AccountsAt => {
    const apiUrl = settings.url(setting, ['http', 'https']) ?? fallback;
    return { apiUrl, obstacle: credentialsKeys.length === 0 ? NO_KEYS : webhookObstacle(settings, apiUrl) };
  };
  const machineDetection = settings.choice('TWILIO_MACHINE_DETECTION', ['on', 'off'], 'on') === 'on';
  return { credentialsKeys, twilio: { ...at(TWILIO_API), machineDetection }, vapi: at(VAPI_API) };
}

const NO_KEYS = 'CREDENTIALS_KEYS must be set: credentials are stored under it.';

/**
 * Returns why webhooks of a provider could not arrive, or could be read by others; null: they can arrive. Addresses of
 * this machine are for tests.
 */
export function webhookObstacle(settings: Settings, apiUrl: string): string | null {
  const publicUrl = settings.url('PUBLIC_URL', ['http', 'https']);
  if (publicUrl?.startsWith('https:')) return null;
  if (publicUrl !== null && isLoopbackUrl(publicUrl) && isLoopbackUrl(apiUrl)) return null;
  return "PUBLIC_URL must be set and begin with https://: the provider's webhooks come there.";
}

const KEY_BYTES = 32;
const HEX = /^[0-9a-f]{64}$/i;
const BASE64 = /^[A-Za-z0-9+/]{43}=$/;

function readKeys(settings: Settings): Buffer[] {
  const text = settings.text('CREDENTIALS_KEYS');
  const keys = text === null ? [] : text.split(',').map((key) => readKey(key.trim()));
  if (new Set(keys.map((key) => key.toString('hex'))).size < keys.length)
    throw new ConfigurationError('CREDENTIALS_KEYS names one key twice.');
  return keys;
}

/** Reads a key. Messages do not repeat it. */
function readKey(text: string): Buffer {
  if (HEX.test(text)) return Buffer.from(text, 'hex');
  if (BASE64.test(text)) return Buffer.from(text, 'base64');
  throw new ConfigurationError(
    `CREDENTIALS_KEYS must be keys of ${KEY_BYTES} bytes in base64 or hexadecimal, separated by commas; ` +
      `make one with: openssl rand -base64 ${KEY_BYTES}`,
  );
}
