import { readConfig, type Config } from './config.js';
import { ConfigurationError, fileVariableOf, Settings, type Environment } from './settings.js';

export const SMOKE_PROVIDERS = ['twilio', 'vapi'] as const;
export type SmokeProvider = (typeof SMOKE_PROVIDERS)[number];

export interface SmokeSettings {
  readonly kind: 'complete';
  /** Configuration as in production with this provider. */
  readonly config: Config;
  /** Number of the phone that rings, E.164; null: none. */
  readonly to: string | null;
  /** Vapi's voice, as a campaign's `voice_id`; empty: the provider's default. */
  readonly voiceId: string;
}

/** Settings of a test call, or sentences that say what is missing. */
export type SmokeReading = SmokeSettings | { readonly kind: 'wanting'; readonly problems: readonly string[] };

const WHERE_WEBHOOKS_COME =
  'set it to the https:// address at which a tunnel or proxy leads to HOST and PORT of this machine';

/** Settings that a real call needs, and where to find them. */
const NEEDED: Readonly<Record<SmokeProvider, Readonly<Record<string, string>>>> = {
  twilio: {
    TWILIO_ACCOUNT_SID: 'set it to the SID of the account (AC…), which the first page of the console shows',
    TWILIO_AUTH_TOKEN: 'set it to the primary token of the account, which stands beside its SID',
    TWILIO_FROM: 'set it to a number of the account that may call, as +442079460000',
    PUBLIC_URL: WHERE_WEBHOOKS_COME,
  },
  vapi: {
    VAPI_API_KEY: 'set it to a private key of the organisation, from the dashboard',
    VAPI_PHONE_NUMBER_ID: 'set it to the id (a UUID) of the number that shall call, from the dashboard',
    VAPI_WEBHOOK_SECRET: 'set it to what openssl rand -hex 32 prints',
    PUBLIC_URL: WHERE_WEBHOOKS_COME,
  },
};

/** Reads the settings of production with `provider`, and those of this call. */
export function readSmoke(environment: Environment, provider: SmokeProvider): SmokeReading {
  const choice = { TELEPHONY_PROVIDER: provider, [fileVariableOf('TELEPHONY_PROVIDER')]: '' };
  const chosen = { ...environment, ...choice };
  const settings = new Settings(chosen);
  const problems = Object.entries(NEEDED[provider]).flatMap(([name, hint]) =>
    problemOf(() => need(settings, name, hint)),
  );
  if (problems.length > 0) return { kind: 'wanting', problems };
  try {
    const voiceId = provider === 'vapi' ? (settings.text('SMOKE_VOICE_ID') ?? '') : '';
    return { kind: 'complete', config: readConfig(chosen), to: readTo(settings), voiceId };
  } catch (error) {
    return { kind: 'wanting', problems: [sentenceOf(error)] };
  }
}

/** Reads the number to call. Messages do not repeat it, since it is a person's. */
function readTo(settings: Settings): string | null {
  const to = settings.text('SMOKE_TO');
  if (to === null || /^\+[1-9]\d{4,14}$/.test(to)) return to;
  throw new ConfigurationError('SMOKE_TO must be a phone number in E.164, as +442079460000: your own.');
}

function need(settings: Settings, name: string, hint: string): void {
  if (settings.text(name) === null) throw new ConfigurationError(`${name} is not set: ${hint}.`);
}

function problemOf(check: () => void): string[] {
  try {
    check();
    return [];
  } catch (error) {
    return [sentenceOf(error)];
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message;
  throw error;
}
