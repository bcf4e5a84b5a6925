import { isLoopbackHost, isLoopbackUrl } from './loopback.js';
import type { Settings } from './settings.js';
import type { TelephonyConfig } from './telephony-config.js';

/**
 * People who may register by `POST /auth/register`.
 * - `open`: all who reach the API.
 * - `first`: one person, who has the setup token.
 * - `closed`: no person; the operator makes accounts.
 */
export const REGISTRATIONS = ['open', 'first', 'closed'] as const;
export type Registration = (typeof REGISTRATIONS)[number];

/** Settings that decide who can reach the API, and what an account could spend there. */
export interface Exposure {
  readonly host: string;
  /** Null: not set. */
  readonly publicUrl: string | null;
  readonly trustedProxies: readonly string[];
  readonly provider: TelephonyConfig['provider'];
  /** Address of a simulated carrier in a process of its own; null: none. */
  readonly simulatorUrl: string | null;
}

/** Returns `open` if only this machine reaches the API and calls reach no phone; otherwise `closed`. */
export function defaultRegistration(exposure: Exposure): Registration {
  return isThisMachineAlone(exposure) && isSimulated(exposure) ? 'open' : 'closed';
}

function isThisMachineAlone({ host, publicUrl, trustedProxies }: Exposure): boolean {
  if (!isLoopbackHost(host) || trustedProxies.length > 0) return false;
  return publicUrl === null || isLoopbackUrl(publicUrl);
}

/** Returns true if calls reach no phone. An address on another machine may belong to any program. */
function isSimulated({ provider, simulatorUrl }: Exposure): boolean {
  return provider === 'simulator' && (simulatorUrl === null || isLoopbackUrl(simulatorUrl));
}

/** @throws ConfigurationError with one sentence that names the setting. */
export function readRegistration(settings: Settings, exposure: Exposure): Registration {
  return settings.choice('REGISTRATION', REGISTRATIONS, defaultRegistration(exposure));
}
