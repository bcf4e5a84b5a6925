import { fingerprint } from '#rules/values/seeded-random.js';
import { outcomeOfAnswer, testAnswerOf, testOutcomeOf, type TestOutcome } from '#rules/phone-number/test-number.js';
import type { CallReference } from '../../port/telephony-provider.js';
import type { CallLimits } from './call-script.js';

/** All from which a simulated call follows. */
export interface CallTerms extends CallLimits {
  /** Names the call within the carrier: no two have the same. */
  readonly key: string;
  /** Where its chance comes from: the seed, the number and which attempt it is; the same in every run. */
  readonly course: string;
  readonly placedAtMs: number;
  /** What a call of a test comes to; null: chance decides. */
  readonly decided: TestOutcome | null;
}

type Attempt = Pick<CallReference, 'dialerJobId' | 'to' | 'placedAt' | 'attempt'>;

/** The seed of a carrier, and whether it is that of test campaigns. */
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

/** Carries the terms, so that any process can tell where the call is; the phone number cannot be read from it. */
export function toProviderCallId(terms: CallTerms): string {
  const { key, course, placedAtMs, ringTimeoutSeconds, maxCallSeconds, decided } = terms;
  const chance = decided === null ? [course] : [course, `t${testAnswerOf(decided)}`];
  return ['sim', key, ...chance, placedAtMs, ringTimeoutSeconds, maxCallSeconds].join('_');
}

const PROVIDER_CALL_ID =
  /^sim_([0-9a-f]{16})(?:_([0-9a-f]{16}))?(?:_t(\d{1,2}))?_(\d{1,15})_(\d{1,6}(?:\.\d+)?)_(\d{1,6}(?:\.\d+)?)$/;

/** Null when it is no id of this carrier. In ids of earlier versions the key is the course as well. */
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

/** Null when it is no recording of this carrier. */
export function readRecordingUrl(url: string): CallTerms | null {
  return url.startsWith(RECORDING_URL_PREFIX) ? readProviderCallId(url.slice(RECORDING_URL_PREFIX.length)) : null;
}
