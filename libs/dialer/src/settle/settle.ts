import { reach } from '#config/failpoints.js';
import type { Sql } from '#database/connection/sql.js';
import {
  callsOnTheLine,
  completeExhaustedCampaigns,
  correctJobs,
  numbersTried,
  resettleLeads,
  setBreakers,
  settleAttempts,
  type BreakerState,
} from '#database/statements/engine/settle/settle-attempts.js';
import { letRest } from '#database/statements/engine/claim/schedule-wake-ups.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import { afterAttempts, isFault, isNoNumberGood, LATELY_SECONDS } from '#rules/campaign/circuit-breaker.js';
import { groupBy } from '#rules/values/group-by.js';
import { outweighsLaterCalls } from '#rules/attempt/settlement.js';
import { hasEnded, isEndTold, type CallChange } from './call-change.js';
import { pauseLocked } from '../campaigns/campaign-pause.js';
import { toSettledAttempt } from './settled-attempt.js';

/**
 * Ends the attempts whose calls have ended, and corrects what earlier ones have led to. In the transaction of the
 * events, whose campaigns are locked.
 * @returns the campaigns in which there is somebody to call now.
 */
export async function settle(sql: Sql, changes: readonly CallChange[]): Promise<string[]> {
  const corrected = await correct(sql, changes);
  const ended = changes.filter(hasEnded);
  const late = changes.filter((change) => isLateFault(change) || isClearedFault(change));
  if (ended.length > 0) {
    await settleAttempts(
      sql,
      ended.map((change) => toSettledAttempt(change, { changes, random: randomOf(change) })),
    );
    await reach('settle.settled');
  }
  await watch(sql, [...ended, ...late]);
  const campaignIds = [...new Set([...corrected, ...campaignsOf(ended)])];
  if (campaignIds.length === 0) return [];
  const completed = await completeExhaustedCampaigns(sql, campaignIds);
  await reach('settle.completed');
  return letRest(
    sql,
    campaignIds.filter((id) => !completed.includes(id)),
  );
}

/** The middle: a retry in a test is due when its policy says, without jitter, in every run. */
const NO_JITTER = 0.5;

function randomOf({ before }: CallChange): number {
  return before.is_test ? NO_JITTER : Math.random();
}

/** It had ended well, as far as anybody knew. */
function isLateFault({ before, facts }: CallChange): boolean {
  return isFinalCallStatus(before.status) && isFault(facts.outcome) && !isFault(before.outcome);
}

/** True where it had ended as a fault, as far as was known. */
function isClearedFault({ before, facts }: CallChange): boolean {
  return isFinalCallStatus(before.status) && isFault(before.outcome) && !isFault(facts.outcome);
}

function campaignsOf(changes: readonly CallChange[]): string[] {
  return [...new Set(changes.map(({ before }) => before.campaign_id))];
}

/**
 * A report that comes after the end may say what the call came to. Where the person has been called again since, only
 * what outweighs later calls counts.
 */
function isCorrection({ before, facts }: CallChange): boolean {
  const isNews = facts.outcome !== before.outcome || facts.callbackAt?.getTime() !== before.callback_at?.getTime();
  return isFinalCallStatus(before.status) && isNews && (before.is_latest || outweighsLaterCalls(facts.outcome));
}

/** @returns the campaigns whose leads may have moved. */
async function correct(sql: Sql, changes: readonly CallChange[]): Promise<string[]> {
  const toAttempt = (change: CallChange) => toSettledAttempt(change, { changes, random: randomOf(change) });
  const told = changes.filter((change) => isEndTold(change));
  if (told.length > 0) await correctJobs(sql, told.map(toAttempt));
  const corrections = latestOfLeads(changes.filter(isCorrection));
  if (corrections.length === 0) return [];
  await resettleLeads(sql, corrections.map(toAttempt));
  return campaignsOf(corrections);
}

/** A lead follows the latest of its calls; what outweighs that stands among the other outcomes of each. */
function latestOfLeads(corrections: readonly CallChange[]): CallChange[] {
  const byLead = [...groupBy(corrections, ({ before }) => before.lead_id).values()];
  return byLead.map((own) => own.toSorted((a, b) => b.before.attempt - a.before.attempt)[0]!);
}

/**
 * Campaigns that these changes may pause, for their faults or their numbers: what they hold against placing before
 * anything is written.
 */
export async function pausedAtWorst(sql: Sql, changes: readonly CallChange[]): Promise<string[]> {
  const paused: string[] = [];
  for (const [campaignId, own] of ofCampaigns(
    changes.filter((change) => hasEnded(change) || isLateFault(change) || isEndTold(change)),
  )) {
    const mayPause = breakerAfter(own, 0).isTripped || (await mayDoubtNumbers(sql, campaignId, own));
    if (mayPause) paused.push(campaignId);
  }
  return paused;
}

/**
 * Pauses campaigns of whose numbers none exists, and those in which too many attempts come to nothing through our own
 * or the provider's fault.
 */
async function watch(sql: Sql, changes: readonly CallChange[]): Promise<void> {
  const states: BreakerState[] = [];
  for (const [campaignId, own] of ofCampaigns(changes)) {
    const { breaker_attempts, breaker_faults, campaign_status } = own[0]!.before;
    const onTheLine = () => callsOnTheLine(sql, campaignId, LATELY_SECONDS);
    const { state, isTripped } = breakerAfter(own, breakerAfter(own, 0).isTripped ? await onTheLine() : 0);
    const isPausing = isTripped || (await areNumbersDoubted(sql, campaignId, { own, onTheLine }));
    if (isPausing && campaign_status === 'running') await pauseLocked(sql, { campaignId, reason: 'circuit_breaker' });
    else if (state.attempts !== breaker_attempts || state.faults !== breaker_faults)
      states.push({ campaign_id: campaignId, ...state });
  }
  await setBreakers(sql, states);
}

/** What a campaign's breaker makes of calls that have ended, with so many others on the line. */
function breakerAfter(own: readonly CallChange[], onTheLine: number): ReturnType<typeof afterAttempts> {
  const { breaker_attempts, breaker_faults } = own[0]!.before;
  const ended = own.filter(hasEnded);
  const known = { attempts: breaker_attempts, faults: breaker_faults };
  const faults = ended.filter(({ facts }) => isFault(facts.outcome)).length;
  const late = own.filter(isLateFault).length;
  const cleared = own.filter(isClearedFault).length;
  return afterAttempts(known, { attempts: ended.length, faults, late, cleared, onTheLine });
}

/** Before they are written: no number of theirs was good so far. */
async function mayDoubtNumbers(sql: Sql, campaignId: string, own: readonly CallChange[]): Promise<boolean> {
  return badNumbers(own) > 0 && (await numbersTried(sql, campaignId)).reached === 0;
}

/** Once they are written. If the provider is to be believed, none of the campaign's numbers exists. */
async function areNumbersDoubted(
  sql: Sql,
  campaignId: string,
  { own, onTheLine }: { readonly own: readonly CallChange[]; readonly onTheLine: () => Promise<number> },
): Promise<boolean> {
  const bad = badNumbers(own);
  if (bad === 0 || own[0]!.before.campaign_status !== 'running') return false;
  const tried = await numbersTried(sql, campaignId);
  return isNoNumberGood(tried, { bad, onTheLine: 0 }) && isNoNumberGood(tried, { bad, onTheLine: await onTheLine() });
}

function badNumbers(own: readonly CallChange[]): number {
  const isNews = (change: CallChange) => hasEnded(change) || isEndTold(change);
  return own.filter((change) => isNews(change) && change.facts.outcome === 'bad_number').length;
}

function ofCampaigns(changes: readonly CallChange[]): Map<string, CallChange[]> {
  return groupBy(changes, ({ before }) => before.campaign_id);
}
