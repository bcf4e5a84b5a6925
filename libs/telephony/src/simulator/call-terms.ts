import { fingerprint } from '#rules/seeded-random.js';
import type { CallReference } from '../telephony-provider.js';
import type { CallLimits } from './call-script.js';

/** All from which a simulated call follows; `key` is where its chance comes from, and its name within the carrier. */
export interface CallTerms extends CallLimits {
  readonly key: string;
  readonly placedAtMs: number;
}

type Attempt = Pick<CallReference, 'dialerJobId' | 'to' | 'placedAt'>;

export function callTerms(seed: string, attempt: Attempt, limits: CallLimits): CallTerms {
  const placedAtMs = attempt.placedAt.getTime();
  return {
    key: fingerprint(seed, attempt.dialerJobId, attempt.to, String(placedAtMs)),
    placedAtMs,
    ringTimeoutSeconds: limits.ringTimeoutSeconds,
    maxCallSeconds: limits.maxCallSeconds,
  };
}

/** Carries the terms, so that any process can tell where the call is; the phone number cannot be read from it. */
export function toProviderCallId({ key, placedAtMs, ringTimeoutSeconds, maxCallSeconds }: CallTerms): string {
  return ['sim', key, placedAtMs, ringTimeoutSeconds, maxCallSeconds].join('_');
}

const PROVIDER_CALL_ID = /^sim_([0-9a-f]{16})_(\d{1,15})_(\d{1,6}(?:\.\d+)?)_(\d{1,6}(?:\.\d+)?)$/;

/** Null when it is no id of this carrier. */
export function readProviderCallId(id: string): CallTerms | null {
  const [, key, placedAt, ringTimeout, maxCall] = PROVIDER_CALL_ID.exec(id) ?? [];
  if (key === undefined) return null;
  return {
    key,
    placedAtMs: Number(placedAt),
    ringTimeoutSeconds: Number(ringTimeout),
    maxCallSeconds: Number(maxCall),
  };
}

const RECORDING_URL_PREFIX = 'simulator:recordings/';

export function toRecordingUrl(terms: CallTerms): string {
  return RECORDING_URL_PREFIX + toProviderCallId(terms);
}

/** Null when it is no recording of this carrier. */
export function readRecordingUrl(url: string): CallTerms | null {
  return url.startsWith(RECORDING_URL_PREFIX) ? readProviderCallId(url.slice(RECORDING_URL_PREFIX.length)) : null;
}
