import { LONGEST_SENTENCE, sentenceProblem } from '#rules/first-words/sentences.js';
import { webhookObstacle, readAccounts, type AccountsConfig, type TwilioAt } from './accounts-config.js';
import { ConfigurationError, type Settings } from './settings.js';
import { parseSimulatorFaults, type SimulatorFaultRates } from './simulator-faults.js';

export const TELEPHONY_PROVIDERS = ['simulator', 'twilio', 'vapi', 'sip'] as const;

export interface SimulatorConfig {
  /** Mean seconds for which a simulated phone rings. */
  readonly ringSeconds: number;
  /** Mean seconds of a simulated conversation. */
  readonly talkSeconds: number;
  readonly seed: string;
  readonly faults: SimulatorFaultRates;
  /** Address of a simulated carrier in a process of its own; null: each worker has one. */
  readonly url: string | null;
}

export interface TwilioConfig {
  readonly accountSid: string;
  /** The account's primary token, with which Twilio signs. */
  readonly authToken: string;
  readonly apiKey: { readonly sid: string; readonly secret: string } | null;
  readonly apiUrl: string;
  readonly machineDetection: boolean;
}

export interface VapiConfig {
  readonly apiKey: string;
  readonly phoneNumberId: string;
  readonly apiUrl: string;
  readonly webhookSecret: string;
}

export interface SipConfig {
  readonly trunk: string;
  readonly user: string;
  readonly password: string | null;
  /** Host in From; null: the trunk's. */
  readonly domain: string | null;
  readonly localAddress: string;
  readonly sipPort: number;
  readonly audioFile: string;
  /** Words at the beginning of the audio file, as the operator states them; null: it lacks them. */
  readonly promptDisclosure: string | null;
  readonly promptRecordingNotice: string | null;
  readonly recordings: boolean;
  /**
   * Way to tell calls apart: by a parameter of their URI, or by their number. The number then has one live call at a
   * time.
   */
  readonly correlation: 'uri_parameter' | 'number';
  /** Seconds for which live calls may go on after the worker was told to end. */
  readonly drainSeconds: number;
}

/** Language model of conversations that Outdial holds itself. */
export interface ModelConfig {
  readonly url: string;
  readonly apiKey: string | null;
  readonly model: string;
}

type ChosenProvider =
  | { readonly provider: 'simulator' }
  | { readonly provider: 'twilio'; readonly twilio: TwilioConfig }
  | { readonly provider: 'vapi'; readonly vapi: VapiConfig }
  | { readonly provider: 'sip'; readonly sip: SipConfig };

/** Settings of the chosen provider. Those of other providers are neither read nor checked. */
export type TelephonyConfig = ChosenProvider & {
  readonly simulator: SimulatorConfig;
  /** Caller id of all calls, E.164; null: the provider shows its own. */
  readonly callerId: string | null;
  /** Numbers that tenants may call from over this provider, E.164; null: any. */
  readonly callerIds: ReadonlySet<string> | null;
  /** Model of conversations over Twilio; null: a call plays its first message and ends. */
  readonly model: ModelConfig | null;
  readonly accounts: AccountsConfig;
};

const CALLER_ID_SETTINGS = { simulator: null, twilio: 'TWILIO_FROM', vapi: null, sip: 'SIP_FROM' } as const;

/** @throws ConfigurationError with one sentence that names the setting. */
export function readTelephony(settings: Settings): TelephonyConfig {
  const provider = settings.choice('TELEPHONY_PROVIDER', TELEPHONY_PROVIDERS, 'simulator');
  const accounts = readAccounts(settings);
  const mayBeTwilio = provider === 'twilio' || accounts.credentialsKeys.length > 0;
  const model = mayBeTwilio ? readModel(settings) : null;
  const callerIdSetting = CALLER_ID_SETTINGS[provider];
  const callerId = callerIdSetting === null ? null : readNumber(settings, callerIdSetting);
  const callerIds = provider === 'simulator' ? null : readCallerIds(settings, callerId);
  const common = { simulator: readSimulator(settings), model, accounts, callerId, callerIds };
  switch (provider) {
    case 'simulator':
      return { provider, ...common };
    case 'twilio':
      return { provider, ...common, twilio: readTwilio(settings, accounts.twilio) };
    case 'vapi':
      return { provider, ...common, vapi: readVapi(settings, accounts.vapi.apiUrl) };
    case 'sip':
      return { provider, ...common, sip: readSip(settings) };
  }
}

function readSimulator(settings: Settings): SimulatorConfig {
  return {
    ringSeconds: settings.number('SIMULATOR_RING_SECONDS', { default: 2, min: 0, max: 60 }),
    talkSeconds: settings.number('SIMULATOR_TALK_SECONDS', { default: 8, min: 0, max: 3600 }),
    seed: settings.text('SIMULATOR_SEED') ?? 'outdial',
    faults: parseSimulatorFaults(settings.text('SIMULATOR_FAULTS')),
    url: settings.url('SIMULATOR_URL', ['http', 'https']),
  };
}

function readTwilio(settings: Settings, { apiUrl, machineDetection }: TwilioAt): TwilioConfig {
  const twilio = {
    accountSid: credential(settings, 'TWILIO_ACCOUNT_SID', 'twilio'),
    authToken: credential(settings, 'TWILIO_AUTH_TOKEN', 'twilio'),
    apiKey: readTwilioKey(settings),
    apiUrl,
    machineDetection,
  };
  needed(settings, 'TWILIO_FROM', 'twilio');
  checkPublicUrl(settings, { provider: 'twilio', apiUrl });
  return twilio;
}

function readTwilioKey(settings: Settings): TwilioConfig['apiKey'] {
  const [sid, secret] = [settings.text('TWILIO_API_KEY'), settings.text('TWILIO_API_SECRET')];
  if (sid !== null && secret !== null)
    return { sid: printable('TWILIO_API_KEY', sid), secret: printable('TWILIO_API_SECRET', secret) };
  if (sid === null && secret === null) return null;
  throw new ConfigurationError('TWILIO_API_KEY and TWILIO_API_SECRET must be set together, or neither of them.');
}

function readModel(settings: Settings): ModelConfig | null {
  const url = settings.url('LLM_API_URL', ['http', 'https']);
  if (url === null) return null;
  const model = settings.text('LLM_MODEL');
  if (model === null) throw new ConfigurationError('LLM_MODEL must name the model at LLM_API_URL.');
  return { url, apiKey: settings.text('LLM_API_KEY'), model };
}

const LEAST_SECRET_LENGTH = 16;

function readVapi(settings: Settings, apiUrl: string): VapiConfig {
  const webhookSecret = credential(settings, 'VAPI_WEBHOOK_SECRET', 'vapi');
  if (webhookSecret.length < LEAST_SECRET_LENGTH) {
    throw new ConfigurationError(
      `VAPI_WEBHOOK_SECRET must have at least ${LEAST_SECRET_LENGTH} characters; make one with: openssl rand -hex 32`,
    );
  }
  const apiKey = credential(settings, 'VAPI_API_KEY', 'vapi');
  const phoneNumberId = requireUuid(needed(settings, 'VAPI_PHONE_NUMBER_ID', 'vapi'), 'VAPI_PHONE_NUMBER_ID');
  checkPublicUrl(settings, { provider: 'vapi', apiUrl });
  return { apiKey, phoneNumberId, apiUrl, webhookSecret };
}

function readSip(settings: Settings): SipConfig {
  return {
    trunk: needed(settings, 'SIP_TRUNK', 'sip'),
    user: needed(settings, 'SIP_USER', 'sip'),
    password: settings.text('SIP_PASSWORD'),
    domain: settings.text('SIP_DOMAIN'),
    localAddress: needed(settings, 'SIP_LOCAL_ADDRESS', 'sip'),
    sipPort: settings.number('SIP_PORT', { default: 0, min: 0, max: 65535, integer: true }),
    audioFile: needed(settings, 'SIP_AUDIO_FILE', 'sip'),
    promptDisclosure: sentence(settings, 'SIP_PROMPT_DISCLOSURE'),
    promptRecordingNotice: sentence(settings, 'SIP_PROMPT_RECORDING_NOTICE'),
    recordings: settings.choice('SIP_RECORDINGS', ['on', 'off'], 'on') === 'on',
    correlation: settings.choice('SIP_CORRELATION', ['uri_parameter', 'number'], 'uri_parameter'),
    drainSeconds: settings.number('SIP_DRAIN_SECONDS', { default: 20, min: 0, max: 3600, integer: true }),
  };
}

/** Reads words that a prompt says; null if they are not stated. */
function sentence(settings: Settings, name: string): string | null {
  const text = settings.text(name);
  if (text === null) return null;
  const problem =
    text.length > LONGEST_SENTENCE ? `must have at most ${LONGEST_SENTENCE} characters` : sentenceProblem(text);
  if (problem) throw new ConfigurationError(`${name} ${problem}.`);
  if (text.includes('{{'))
    throw new ConfigurationError(`${name} must have no variables: a prompt says the same to all.`);
  return text;
}

function needed(settings: Settings, name: string, provider: string): string {
  const value = settings.text(name);
  if (value !== null) return value;
  throw new ConfigurationError(`${name} is not set: TELEPHONY_PROVIDER=${provider} needs it.`);
}

/** Checks a value that goes into a header of a request, which allows no other characters. Messages do not repeat it. */
function printable(name: string, value: string): string {
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new ConfigurationError(
    `${name} must be printable ASCII without blanks: look for a quotation mark or a blank that was pasted with it.`,
  );
}

function credential(settings: Settings, name: string, provider: string): string {
  return printable(name, needed(settings, name, provider));
}

function requireUuid(id: string, name: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return id;
  throw new ConfigurationError(`${name} must be the id of a number, a UUID, not "${id}".`);
}

function readNumber(settings: Settings, name: string): string | null {
  const number = settings.text(name);
  return number === null ? null : requireE164(number, name);
}

/**
 * Reads the numbers that tenants may show. The installation's numbers belong to the operator: without a setting no
 * other is shown.
 */
function readCallerIds(settings: Settings, callerId: string | null): ReadonlySet<string> | null {
  const text = settings.text('CALLER_IDS');
  if (text?.toLowerCase() === 'any') return null;
  const numbers = text === null ? [] : text.split(',').map((number) => requireE164(number.trim(), 'CALLER_IDS'));
  return new Set(callerId === null ? numbers : [callerId, ...numbers]);
}

function requireE164(number: string, name: string): string {
  if (/^\+[1-9]\d{1,14}$/.test(number)) return number;
  throw new ConfigurationError(`${name} must be a phone number in E.164, as +442079460000, not "${number}".`);
}

function checkPublicUrl(settings: Settings, { provider, apiUrl }: { provider: string; apiUrl: string }): void {
  if (webhookObstacle(settings, apiUrl) === null) return;
  throw new ConfigurationError(
    `PUBLIC_URL must be set and begin with https:// where TELEPHONY_PROVIDER=${provider}: its webhooks come there.`,
  );
}
