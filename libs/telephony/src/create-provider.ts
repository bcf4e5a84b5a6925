import type { Config } from '#config/config.js';
import { SimulatorProvider } from './simulator/simulator-provider.js';
import type { TelephonyProvider } from './telephony-provider.js';

/** The adapter that `TELEPHONY_PROVIDER` names. */
export function createTelephonyProvider(config: Config['telephony']): TelephonyProvider {
  switch (config.provider) {
    case 'simulator':
      return new SimulatorProvider(config.simulator);
  }
}
