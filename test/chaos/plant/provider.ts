import { fileURLToPath } from 'node:url';
import type { ChaosOptions } from '../options.js';
import type { CarrierProgram } from './carrier.js';
import type { TwilioSide } from './twilio-side.js';

/** Short calls, so that a few minutes hold thousands; rates of F12 and F15. */
const RING_SECONDS = 0.6;
const TALK_SECONDS = 1.2;
const FAULTS_OF_EVENTS = 'dup=0.2,reorder=0.1,noend=0.02,early=0.1';
const FAULTS_OF_CREATES = 'lost=0.02,hang=0.01,503=0.02,429=0.03';

/**
 * Credentials that open nothing but the fake of this run. The caller id is one of Ofcom's drama numbers that no
 * campaign of a run calls.
 */
const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'the-primary-token-of-a-run' } as const;
const CALLER_ID = '+443069990000';
const LATE_CALLBACKS = { share: 0.05, upToMs: 4_000 } as const;

/** The other side of the provider, which keeps its event log at `eventLog`. */
export function carrierProgram(options: ChaosOptions, eventLog: string): CarrierProgram {
  return options.provider === 'twilio' ? twilioProgram(options, eventLog) : simulatorProgram(options, eventLog);
}

function simulatorProgram(options: ChaosOptions, eventLog: string): CarrierProgram {
  return {
    modulePath: besidePlant('../../../apps/carrier/src/main.js'),
    arguments: [],
    environment: {
      CARRIER_PORT: '0',
      CARRIER_LOG: eventLog,
      SIMULATOR_RING_SECONDS: String(RING_SECONDS),
      SIMULATOR_TALK_SECONDS: String(TALK_SECONDS),
      SIMULATOR_SEED: options.seed,
      SIMULATOR_FAULTS: faultRates(options),
    },
  };
}

function twilioProgram(options: ChaosOptions, eventLog: string): CarrierProgram {
  const side: TwilioSide = {
    ...ACCOUNT,
    seed: options.seed,
    faultRates: faultRates(options),
    late: options.faults.includes('F12') ? LATE_CALLBACKS : { ...LATE_CALLBACKS, share: 0 },
    tempo: { ringMs: RING_SECONDS * 1000, talkMs: TALK_SECONDS * 1000 },
    eventLog,
  };
  return { modulePath: besidePlant('twilio-main.js'), arguments: [JSON.stringify(side)], environment: {} };
}

function faultRates({ faults }: ChaosOptions): string {
  const wanted = [faults.includes('F12') ? FAULTS_OF_EVENTS : '', faults.includes('F15') ? FAULTS_OF_CREATES : ''];
  return wanted.filter(Boolean).join(',');
}

const UNLIMITED = {
  TENANT_MINUTES: 'unlimited',
  TENANT_CONCURRENT_CALLS: 'unlimited',
  TENANT_CALLS_PER_DAY: 'unlimited',
  TENANT_OPEN_IMPORTS: 'unlimited',
  TENANT_IMPORT_BYTES: 'unlimited',
} as const;

/** Returns the settings by which Outdial reaches the provider; all other settings of providers are left empty. */
export function telephonySettings(
  { provider }: ChaosOptions,
  { carrierUrl, callbacksUrl }: { carrierUrl: string; callbacksUrl: string | null },
): Record<string, string> {
  const isTwilio = provider === 'twilio';
  return {
    TELEPHONY_PROVIDER: provider,
    PUBLIC_URL: callbacksUrl ?? '',
    SIMULATOR_URL: isTwilio ? '' : carrierUrl,
    SIMULATOR_FAULTS: '',
    TWILIO_ACCOUNT_SID: isTwilio ? ACCOUNT.accountSid : '',
    TWILIO_AUTH_TOKEN: isTwilio ? ACCOUNT.authToken : '',
    TWILIO_FROM: isTwilio ? CALLER_ID : '',
    TWILIO_API_URL: isTwilio ? carrierUrl : '',
    TWILIO_API_KEY: '',
    TWILIO_API_SECRET: '',
    LLM_API_URL: '',
    CALLER_IDS: '',
    ALLOWED_COUNTRIES: '*',
    ALLOWED_NUMBER_KINDS: '',
    ...UNLIMITED,
    CALLS_PER_SECOND: isTwilio ? '1000' : '',
  };
}

export function besidePlant(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
