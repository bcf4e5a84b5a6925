import {
  brokenAnswers,
  commandsWithoutEffect,
  commitsAfterPause,
  commitsWhileHalted,
  slowWithoutRedis,
} from './command-checks.js';
import { reachedCalledAgain, talksCutShort } from './age-checks.js';
import { changesWithoutEffect } from './change-checks.js';
import {
  attemptsDialedTwice,
  callsOfNobody,
  callsOfOthers,
  instantsOverCap,
  leadsDialedTooOften,
  numbersDialedAtOnce,
  requestsRepeated,
} from './dial-checks.js';
import type { Evidence, Finding } from './evidence.js';
import { attemptsThatDiffer, countersThatDiffer, lostLeads, stuckJobsAndCampaigns, stuckLeads } from './lead-checks.js';
import { commitsAfterListing, commitsWhileListed, dialsAfterListing } from './suppression-checks.js';
import {
  callsOutsideWindow,
  callsOverFrequencyCap,
  callsWithinGap,
  callsWithoutConsent,
  type Judgement,
} from './terms-checks.js';

export interface Verdict {
  readonly check: string;
  readonly findings: readonly Finding[];
  /** Number of judged cases; null for a check that looks at everything. */
  readonly judged: number | null;
}

const CHECKS: readonly { readonly check: string; readonly find: (evidence: Evidence) => Finding[] }[] = [
  { check: 'double dials: one attempt, two calls', find: attemptsDialedTwice },
  { check: 'double dials: one number, two calls at once', find: numbersDialedAtOnce },
  { check: 'double dials: more calls to a lead than allowed', find: leadsDialedTooOften },
  { check: 'reached people called again', find: reachedCalledAgain },
  { check: 'conversations hung up before their time', find: talksCutShort },
  { check: 'create requests repeated', find: requestsRepeated },
  { check: 'calls that belong to no attempt', find: callsOfNobody },
  { check: "attempts with another attempt's call", find: callsOfOthers },
  { check: 'lost leads', find: lostLeads },
  { check: 'stuck leads', find: stuckLeads },
  { check: 'stuck attempts and campaigns', find: stuckJobsAndCampaigns },
  { check: 'instants over the cap', find: instantsOverCap },
  { check: 'commits after pause or stop had answered', find: commitsAfterPause },
  { check: 'commits while not running', find: commitsWhileHalted },
  { check: 'acknowledged commands not in the database', find: commandsWithoutEffect },
  { check: 'attempts that differ', find: attemptsThatDiffer },
  { check: 'counters that differ', find: countersThatDiffer },
  { check: 'deadlocks', find: ({ deadlocks }) => deadlocks.map((what) => ({ what })) },
  {
    check: 'statements that PostgreSQL does not understand',
    find: ({ misunderstood }) => misunderstood.map((what) => ({ what })),
  },
  {
    check: "requests against the provider's own description",
    find: ({ carrier }) => carrier.violations.map((what) => ({ what })),
  },
  { check: 'API answers 5xx other than 503', find: brokenAnswers },
  { check: 'API requests over 2 s while Redis was away', find: slowWithoutRedis },
];

/**
 * Checks of who may be called. Each tells how much it had to judge, so that an empty check does not pass for a good
 * one.
 */
const RULES: readonly { readonly check: string; readonly judge: (evidence: Evidence) => Judgement }[] = [
  { check: 'calls outside the hours of their campaign', judge: callsOutsideWindow },
  { check: 'commits to listed numbers', judge: commitsWhileListed },
  { check: 'commits after a listing or opt-out had answered', judge: commitsAfterListing },
  { check: 'dials after a listing or opt-out had answered', judge: dialsAfterListing },
  { check: 'calls within the minimum gap', judge: callsWithinGap },
  { check: 'calls over the frequency cap', judge: callsOverFrequencyCap },
  { check: 'calls without a consent that was required', judge: callsWithoutConsent },
  { check: 'acknowledged changes not in the database', judge: changesWithoutEffect },
];

/** Returns the verdict of each check; none may have findings. */
export function judge(evidence: Evidence): Verdict[] {
  return [
    ...CHECKS.map(({ check, find }) => ({ check, findings: find(evidence), judged: null })),
    ...RULES.map((rule) => ({ check: rule.check, ...rule.judge(evidence) })),
  ];
}
