import type { Outcome } from '#rules/call/outcome.js';
import { pickOne, pickWeighted, type RandomNumbers } from '#rules/values/seeded-random.js';
import type { AnsweredScript, CallLimits, CallPace, CallScript, UnansweredScript } from './call-script.js';

interface Setting {
  readonly random: RandomNumbers;
  readonly pace: CallPace;
  readonly limits: CallLimits;
}

interface Fate {
  readonly weight: number;
  readonly write: (setting: Setting) => CallScript;
}

interface Verdict {
  readonly weight: number;
  readonly outcome: Outcome;
}

/** Computes the course of one call. It never exceeds its limits, and is the same for the same random numbers. */
export function writeCallScript(random: RandomNumbers, pace: CallPace, limits: CallLimits): CallScript {
  return pickWeighted(random, FATES).write({ random, pace, limits });
}

/** Results of calls with their frequencies, roughly as in most lists: every second call reaches a person. */
const FATES: readonly [Fate, ...Fate[]] = [
  { weight: 55, write: reachPerson },
  { weight: 10, write: reachMachine },
  { weight: 18, write: ringInVain },
  { weight: 8, write: (setting) => neverRing(setting, BUSY) },
  { weight: 4, write: (setting) => neverRing(setting, BAD_NUMBER) },
  { weight: 3, write: (setting) => neverRing(setting, PROVIDER_ERROR) },
  { weight: 2, write: (setting) => neverRing(setting, CONGESTION) },
  { weight: 1, write: () => ({ kind: 'rejected', code: 'invalid_number' }) },
];

const BUSY = { status: 'busy', outcome: 'busy', endReason: 'user_busy' } as const;
const BAD_NUMBER = { status: 'failed', outcome: 'bad_number', endReason: 'unallocated_number' } as const;
const CONGESTION = { status: 'failed', outcome: 'refused', endReason: 'network_congestion' } as const;
const PROVIDER_ERROR = { status: 'failed', outcome: 'provider_error', endReason: 'network_failure' } as const;

const VERDICTS: readonly [Verdict, ...Verdict[]] = [
  { weight: 40, outcome: 'goal_reached' },
  { weight: 52, outcome: 'reached' },
  { weight: 6, outcome: 'callback_requested' },
  { weight: 2, outcome: 'opt_out' },
];

const ONE_DAY_MS = 86_400_000;
const ONE_HOUR_MS = 3_600_000;

function reachPerson(setting: Setting): AnsweredScript {
  const { outcome } = pickWeighted(setting.random, VERDICTS);
  const endReason = pickOne(setting.random, ['person_hung_up', 'agent_hung_up']);
  const callbackAfterMs = ONE_DAY_MS + Math.round(setting.random() * ONE_HOUR_MS);
  const script = answered(setting, { answeredBy: 'human', outcome, endReason });
  return outcome === 'callback_requested' ? { ...script, callbackAfterMs } : script;
}

function reachMachine(setting: Setting): AnsweredScript {
  return answered(setting, { answeredBy: 'machine', outcome: 'voicemail', endReason: 'message_left' });
}

function answered(
  { random, pace, limits }: Setting,
  verdict: Pick<AnsweredScript, 'answeredBy' | 'outcome' | 'endReason'>,
): AnsweredScript {
  const ringsAtMs = setupMs(pace);
  const answeredAtMs = ringsAtMs + ringingMs(random, pace, limits);
  const wantedTalkMs = milliseconds(aroundMean(random, pace.talkSeconds));
  const longestTalkMs = milliseconds(limits.maxCallSeconds);
  const endsAtMs = answeredAtMs + Math.min(wantedTalkMs, longestTalkMs);
  const endReason = wantedTalkMs > longestTalkMs ? 'max_duration' : verdict.endReason;
  return { kind: 'answered', ringsAtMs, answeredAtMs, endsAtMs, ...verdict, endReason };
}

const MEAN_RINGS_UNTIL_GIVEN_UP = 4;

function ringInVain({ pace, limits }: Setting): UnansweredScript {
  const ringSeconds = Math.min(limits.ringTimeoutSeconds, MEAN_RINGS_UNTIL_GIVEN_UP * pace.ringSeconds);
  const ringsAtMs = setupMs(pace);
  const endsAtMs = ringsAtMs + milliseconds(ringSeconds);
  return {
    kind: 'unanswered',
    ringsAtMs,
    endsAtMs,
    status: 'no_answer',
    outcome: 'no_answer',
    endReason: 'ring_timeout',
  };
}

/** Writes a call that the called network answers without a ringing phone. */
function neverRing(
  { pace }: Setting,
  end: Pick<UnansweredScript, 'status' | 'outcome' | 'endReason'>,
): UnansweredScript {
  return { kind: 'unanswered', ringsAtMs: null, endsAtMs: 2 * setupMs(pace), ...end };
}

/** Returns the time until the called network has answered. */
function setupMs(pace: CallPace): number {
  return milliseconds(Math.min(0.5, pace.ringSeconds / 10));
}

/** Returns the ringing time of an answered call, always below the ring timeout. */
function ringingMs(random: RandomNumbers, pace: CallPace, limits: CallLimits): number {
  return milliseconds(Math.min(aroundMean(random, pace.ringSeconds), 0.95 * limits.ringTimeoutSeconds));
}

/** Returns the mean of two exponential times: few are near 0, some are several times the mean. */
function aroundMean(random: RandomNumbers, meanSeconds: number): number {
  return (-meanSeconds / 2) * Math.log((1 - random()) * (1 - random()));
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}
