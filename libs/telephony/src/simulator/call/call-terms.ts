import { fingerprint } from '#rules/values/seeded-random.js';
import { outcomeOfAnswer, testAnswerOf, testOutcomeOf, type TestOutcome } from '#rules/phone-number/test-number.js';
import type { CallReference } from '../../port/telephony-provider.js';
import type { CallLimits } from './call-script.js';

/** Input from which the whole course of a simulated call is computed. */
export interface CallTerms extends CallLimits {
  /** Unique name of the call within the carrier. */
  readonly key: string;
  /** Seed of the call's random numbers: the carrier's seed, the number and the attempt. It is the same in every run. */
  readonly course: string;
  readonly placedAtMs: number;
  /** Result of a test call; null: the random numbers decide. */
  readonly decided: TestOutcome | null;
}

type Attempt = Pick<CallReference, 'dialerJobId' | 'to' | 'placedAt' | 'attempt'>;

/** Seed of a carrier, and a mark for the carrier of test campaigns. */
export interface CarrierSeed {
  readonly seed: string;
  readonly isTest?: boolean;
}

export function callTerms({ seed, isTest = false }: CarrierSeed, attempt: Attempt, limits: CallLimits): CallTerms {
  const placedAtMs = attempt.placedAt.getTime();
  return {
    key: fingerprint(seed, attempt.dialerJobId, attempt.to, String(placedAtMs)),
    course: fingerprint(seed, 'course', attempt.to, String(attempt.attempt)),
    placedAtMs,
    ringTimeoutSeconds: limits.ringTimeoutSeconds,
    maxCallSeconds: limits.maxCallSeconds,
    decided: isTest ? testOutcomeOf(attempt.to) : null,
  };
}

/**
 * Encodes the terms in an id, so that any process can compute the call's state. The phone number cannot be read from
 * the id.
 */
export function toProviderCallId(terms: CallTerms): string {
  const { key, course, placedAtMs, ringTimeoutSeconds, maxCallSeconds, decided } = terms;
  const chance = decided === null ? [course] : [course, `t${testAnswerOf(decided)}`];
  return ['sim', key, ...chance, placedAtMs, ringTimeoutSeconds, maxCallSeconds].join('_');
}

const PROVIDER_CALL_ID =
  /^sim_([0-9a-f]{16})(?:_([0-9a-f]{16}))?(?:_t(\d{1,2}))?_(\d{1,15})_(\d{1,6}(?:\.\d+)?)_(\d{1,6}(?:\.\d+)?)$/;

/** Returns null for an id of another carrier. In ids of earlier versions the key also stands for the course. */
export function readProviderCallId(id: string): CallTerms | null {
  const [, key, course, answer, placedAt, ringTimeout, maxCall] = PROVIDER_CALL_ID.exec(id) ?? [];
  if (key === undefined) return null;
  const decided = answer === undefined ? null : outcomeOfAnswer(Number(answer));
  if (answer !== undefined && decided === null) return null;
  return {
    key,
    course: course ?? key,
    placedAtMs: Number(placedAt),
    ringTimeoutSeconds: Number(ringTimeout),
    maxCallSeconds: Number(maxCall),
    decided,
  };
}

const RECORDING_URL_PREFIX = 'simulator:recordings/';

export function toRecordingUrl(terms: CallTerms): string {
  return RECORDING_URL_PREFIX + toProviderCallId(terms);
}

/** Returns null for an address that is no recording of this carrier. */
export function readRecordingUrl(url: string): CallTerms | null {
  return url.startsWith(RECORDING_URL_PREFIX) ? readProviderCallId(url.slice(RECORDING_URL_PREFIX.length)) : null;
}
