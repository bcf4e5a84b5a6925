import {
  brokenAnswers,
  commandsWithoutEffect,
  commitsAfterPause,
  commitsWhileHeld,
  slowWithoutRedis,
} from './command-checks.js';
import {
  attemptsDialedTwice,
  callsOfNobody,
  instantsOverCap,
  leadsDialedTooOften,
  numbersDialedAtOnce,
  requestsRepeated,
} from './dial-checks.js';
import type { Evidence, Finding } from './evidence.js';
import { attemptsThatDiffer, countersThatDiffer, lostLeads, stuckJobsAndCampaigns, stuckLeads } from './lead-checks.js';

export interface Verdict {
  readonly check: string;
  readonly findings: readonly Finding[];
}

const CHECKS: readonly { readonly check: string; readonly find: (evidence: Evidence) => Finding[] }[] = [
  { check: 'double dials: one attempt, two calls', find: attemptsDialedTwice },
  { check: 'double dials: one number, two calls at once', find: numbersDialedAtOnce },
  { check: 'double dials: more calls to a lead than allowed', find: leadsDialedTooOften },
  { check: 'create requests repeated', find: requestsRepeated },
  { check: 'calls that belong to no attempt', find: callsOfNobody },
  { check: 'lost leads', find: lostLeads },
  { check: 'stuck leads', find: stuckLeads },
  { check: 'stuck attempts and campaigns', find: stuckJobsAndCampaigns },
  { check: 'instants over the cap', find: instantsOverCap },
  { check: 'commits after pause or stop had answered', find: commitsAfterPause },
  { check: 'commits while not running', find: commitsWhileHeld },
  { check: 'acknowledged commands not in the database', find: commandsWithoutEffect },
  { check: 'attempts that differ', find: attemptsThatDiffer },
  { check: 'counters that differ', find: countersThatDiffer },
  { check: 'deadlocks', find: ({ deadlocks }) => deadlocks.map((what) => ({ what })) },
  { check: 'API answers 5xx other than 503', find: brokenAnswers },
  { check: 'API requests over 2 s while Redis was away', find: slowWithoutRedis },
];

/** Each must be empty. */
export function judge(evidence: Evidence): Verdict[] {
  return CHECKS.map(({ check, find }) => ({ check, findings: find(evidence) }));
}
