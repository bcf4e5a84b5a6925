import { join } from 'node:path';
import type { Config } from '#config/config.js';
import { ConfigurationError } from '#config/settings.js';
import type { ModelConfig, SipConfig, TwilioConfig, VapiConfig } from '#config/telephony-config.js';
import { RemoteSimulator } from './carrier/remote-simulator.js';
import { SimulatorProvider } from './simulator/simulator-provider.js';
import { SipProvider } from './sip/sip-provider.js';
import { DEBIAN_MODULE_PATH } from './sip/sip-settings.js';
import type { TelephonyProvider } from './telephony-provider.js';
import { RELAY_PATH } from './twilio/relay-path.js';
import { TwilioProvider } from './twilio/twilio-provider.js';
import { VAPI_MODEL, VAPI_VOICE_PROVIDER } from './vapi/vapi-settings.js';
import { VapiProvider } from './vapi/vapi-provider.js';

type Surroundings = Pick<Config, 'telephony' | 'publicUrl' | 'dataDir'>;

/** The adapter that `TELEPHONY_PROVIDER` names. @throws ConfigurationError for settings that it cannot work with. */
export function createTelephonyProvider({ telephony, publicUrl, dataDir }: Surroundings): TelephonyProvider {
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
      return createSip(telephony.sip, join(dataDir, 'sip'));
  }
}

/** Without a model nobody could talk: a call is told its first message. */
function createTwilio(config: TwilioConfig, model: ModelConfig | null, publicUrl: string): TwilioProvider {
  const relayUrl = model && `${publicUrl.replace(/^http/, 'ws')}${RELAY_PATH}`;
  return new TwilioProvider({ ...config, relayUrl, record: true, machineDetection: true });
}

function createVapi(config: VapiConfig): VapiProvider {
  return new VapiProvider({ ...config, model: VAPI_MODEL, voiceProvider: VAPI_VOICE_PROVIDER });
}

function createSip(config: SipConfig, directory: string): SipProvider {
  const engine = { binary: 'baresip', modulePath: DEBIAN_MODULE_PATH, directory };
  try {
    return new SipProvider({ ...config, ...engine, domain: null, correlation: 'uri_parameter' });
  } catch (error) {
    throw new ConfigurationError((error as Error).message);
  }
}
