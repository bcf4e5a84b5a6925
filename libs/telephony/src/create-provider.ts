import { join } from 'node:path';
import type { Config } from '#config/config.js';
import { ConfigurationError } from '#config/settings.js';
import type { ModelConfig, SipConfig, TwilioConfig, VapiConfig } from '#config/telephony-config.js';
import { RemoteSimulator } from './carrier/remote-simulator.js';
import { SimulatorProvider } from './simulator/simulator-provider.js';
import { SipProvider } from './sip/sip-provider.js';
import { DEBIAN_MODULE_PATH } from './sip/engine/sip-settings.js';
import type { TelephonyProvider } from './port/telephony-provider.js';
import { RELAY_PATH } from './twilio/relay-path.js';
import { TwilioProvider } from './twilio/twilio-provider.js';
import { VAPI_MODEL, VAPI_VOICE_PROVIDER, type VapiSettings } from './vapi/vapi-settings.js';
import { VapiProvider } from './vapi/vapi-provider.js';
import type { AccountCredentials } from './port/account-credentials.js';
import type { TellOperator } from './port/tell-operator.js';

type Surroundings = Pick<Config, 'telephony' | 'publicUrl' | 'dataDir'>;

/**
 * Makes the adapter that `TELEPHONY_PROVIDER` names.
 * @param tellOperator receives entries for the log, one at a time.
 * @throws ConfigurationError for settings that the adapter cannot work with.
 */
export function createTelephonyProvider(
  { telephony, publicUrl, dataDir }: Surroundings,
  tellOperator: TellOperator = () => undefined,
): TelephonyProvider {
  switch (telephony.provider) {
    case 'simulator':
      return telephony.simulator.url === null
        ? new SimulatorProvider(telephony.simulator)
        : new RemoteSimulator(telephony.simulator.url);
    case 'twilio':
      return createTwilio(telephony.twilio, telephony.model, publicUrl);
    case 'vapi':
      return createVapi(telephony.vapi);
    case 'sip':
      return createSip({ ...telephony.sip, directory: join(dataDir, 'sip') }, tellOperator);
  }
}

/**
 * Makes the adapter for a tenant's own account. The account comes from the tenant, all other settings from the
 * operator.
 */
export function createAccountProvider(
  credentials: AccountCredentials,
  { telephony: { accounts, model }, publicUrl }: Pick<Config, 'telephony' | 'publicUrl'>,
): TelephonyProvider {
  const { provider } = credentials;
  switch (provider) {
    case 'twilio': {
      const { account_sid: accountSid, auth_token: authToken, api_key: apiKey } = credentials;
      const { apiUrl, machineDetection } = accounts.twilio;
      return createTwilio({ accountSid, authToken, apiKey, apiUrl, machineDetection }, model, publicUrl);
    }
    case 'vapi': {
      const { api_key: apiKey, webhook_secret: webhookSecret } = credentials;
      return createVapi({ apiKey, webhookSecret, phoneNumberId: null, apiUrl: accounts.vapi.apiUrl });
    }
  }
}

/** Makes a Twilio adapter. Without a language model its calls say their first message and end. */
function createTwilio(config: TwilioConfig, model: ModelConfig | null, publicUrl: string): TwilioProvider {
  const relayUrl = model && `${publicUrl.replace(/^http/, 'ws')}${RELAY_PATH}`;
  return new TwilioProvider({ ...config, relayUrl });
}

function createVapi(config: Omit<VapiConfig, 'phoneNumberId'> & Pick<VapiSettings, 'phoneNumberId'>): VapiProvider {
  return new VapiProvider({ ...config, model: VAPI_MODEL, voiceProvider: VAPI_VOICE_PROVIDER });
}

function createSip(config: SipConfig & { directory: string }, tellOperator: TellOperator): SipProvider {
  try {
    return new SipProvider({ ...config, binary: 'baresip', modulePath: DEBIAN_MODULE_PATH }, tellOperator);
  } catch (error) {
    throw new ConfigurationError((error as Error).message);
  }
}
