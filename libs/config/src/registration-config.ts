import { isLoopbackHost, isLoopbackUrl } from './loopback.js';
import type { Settings } from './settings.js';
import type { TelephonyConfig } from './telephony-config.js';

/**
 * People who may make an account by `POST /auth/register`. `open`: everybody who reaches the API. `first`: one person,
 * who has the setup token. `closed`: nobody; the operator makes accounts.
 */
export const REGISTRATIONS = ['open', 'first', 'closed'] as const;
export type Registration = (typeof REGISTRATIONS)[number];

/** Settings that decide who can reach the API, and what an account there could spend. */
export interface Exposure {
  readonly host: string;
  /** Null: not set. */
  readonly publicUrl: string | null;
  readonly trustedProxies: readonly string[];
  readonly provider: TelephonyConfig['provider'];
  /** Where a simulated carrier runs as a process of its own; null: nowhere. */
  readonly simulatorUrl: string | null;
}

/** `open` only where this machine alone reaches the API and calls reach nobody; `closed` everywhere else. */
export function defaultRegistration(exposure: Exposure): Registration {
  return isThisMachineAlone(exposure) && isSimulated(exposure) ? 'open' : 'closed';
}

function isThisMachineAlone({ host, publicUrl, trustedProxies }: Exposure): boolean {
  if (!isLoopbackHost(host) || trustedProxies.length > 0) return false;
  return publicUrl === null || isLoopbackUrl(publicUrl);
}

/** Another machine's address may belong to anything that speaks the simulated carrier's protocol. */
function isSimulated({ provider, simulatorUrl }: Exposure): boolean {
  return provider === 'simulator' && (simulatorUrl === null || isLoopbackUrl(simulatorUrl));
}

/** @throws ConfigurationError with one sentence that names the setting. */
export function readRegistration(settings: Settings, exposure: Exposure): Registration {
  return settings.choice('REGISTRATION', REGISTRATIONS, defaultRegistration(exposure));
}
