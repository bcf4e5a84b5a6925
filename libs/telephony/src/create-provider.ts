import type { Config } from '#config/config.js';
import { RemoteSimulator } from './carrier/remote-simulator.js';
import { SimulatorProvider } from './simulator/simulator-provider.js';
import type { TelephonyProvider } from './telephony-provider.js';

/** The adapter that `TELEPHONY_PROVIDER` names. */
export function createTelephonyProvider(config: Config['telephony']): TelephonyProvider {
  switch (config.provider) {
    case 'simulator':
      return config.simulator.url === null
        ? new SimulatorProvider(config.simulator)
        : new RemoteSimulator(config.simulator.url);
  }
}
