import { isLoopbackUrl } from './loopback.js';
import { ConfigurationError, type Settings } from './settings.js';

/** Where a provider is that tenants may have accounts with. */
export interface AccountsAt {
  readonly apiUrl: string;
  /** What the operator has to set before a tenant can have one, in a sentence; null: nothing. */
  readonly obstacle: string | null;
}

/** What holds for every account with Twilio, the installation's own included. */
export interface TwilioAt extends AccountsAt {
  readonly machineDetection: boolean;
}

/** What tenants need to bring accounts of their own with providers. */
export interface AccountsConfig {
  /** 32 bytes each: the first seals, all of them open. None: nobody brings any. */
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
 * A provider on the internet must reach us, and nobody else must read what it says; one on this machine is for tests.
 */
export function webhookObstacle(settings: Settings, apiUrl: string): string | null {
  const publicUrl = settings.url('PUBLIC_URL', ['http', 'https']);
  if (publicUrl?.startsWith('https:')) return null;
  if (publicUrl !== null && isLoopbackUrl(publicUrl) && isLoopbackUrl(apiUrl)) return null;
  return "PUBLIC_URL must be set and begin with https://: the provider's callbacks come there.";
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

/** The key itself is not repeated. */
function readKey(text: string): Buffer {
  if (HEX.test(text)) return Buffer.from(text, 'hex');
  if (BASE64.test(text)) return Buffer.from(text, 'base64');
  throw new ConfigurationError(
    `CREDENTIALS_KEYS must be keys of ${KEY_BYTES} bytes in base64 or hexadecimal, separated by commas; make one with: openssl rand -base64 ${KEY_BYTES}`,
  );
}
