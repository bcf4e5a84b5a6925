import { failpoint } from '#config/failpoints.js';
import type { Sql } from '#database/connection/sql.js';
import {
  callsInCall,
  numbersTried,
  setBreakers,
  type BreakerState,
} from '#database/statements/engine/settle/circuit-breaker.js';
import { completeExhaustedCampaigns } from '#database/statements/engine/settle/complete-campaigns.js';
import { correctJobs, settleAttempts } from '#database/statements/engine/settle/settle-attempts.js';
import { scheduleWakeUps } from '#database/statements/engine/claim/schedule-wake-ups.js';
import { isFinalCallStatus } from '#rules/call/call-status.js';
import { afterAttempts, isFault, isNoNumberGood, LATELY_SECONDS } from '#rules/campaign/circuit-breaker.js';
import { groupBy } from '#rules/values/group-by.js';
import { outweighsLaterCalls } from '#rules/attempt/settlement.js';
import { hasEnded, isEndTold, type CallChange } from './call-change.js';
import { pauseLocked } from '../campaigns/campaign-pause.js';
import { resettleLeads } from './resettle-leads.js';
import { toSettledAttempt } from './settled-attempt.js';

/**
 * Ends the attempts whose calls have ended, and corrects what earlier reports led to. Runs in the transaction of the
 * reports, whose campaigns are locked.
 * @returns the campaigns that have a lead to call now.
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
    await failpoint('settle.settled');
  }
  await watch(sql, [...ended, ...late]);
  const campaignIds = [...new Set([...corrected, ...campaignsOf(ended)])];
  if (campaignIds.length === 0) return [];
  const completed = await completeExhaustedCampaigns(sql, campaignIds);
  await failpoint('settle.completed');
  return scheduleWakeUps(
    sql,
    campaignIds.filter((id) => !completed.includes(id)),
  );
}

/** Random number without jitter: a retry in a test is due exactly when its policy says. */
const NO_JITTER = 0.5;

function randomOf({ before }: CallChange): number {
  return before.is_test ? NO_JITTER : Math.random();
}

/** Returns true if a call that had ended well turns out to be a fault. */
function isLateFault({ before, facts }: CallChange): boolean {
  return isFinalCallStatus(before.status) && isFault(facts.outcome) && !isFault(before.outcome);
}

/** Returns true if a call that had ended as a fault turns out to be none. */
function isClearedFault({ before, facts }: CallChange): boolean {
  return isFinalCallStatus(before.status) && isFault(before.outcome) && !isFault(facts.outcome);
}

function campaignsOf(changes: readonly CallChange[]): string[] {
  return [...new Set(changes.map(({ before }) => before.campaign_id))];
}

/**
 * Returns true if a report after the end changes the outcome of a call. If the lead was called again since, only an
 * outcome that outweighs later calls counts.
 */
function isCorrection({ before, facts }: CallChange): boolean {
  const isNews = facts.outcome !== before.outcome || facts.callbackAt?.getTime() !== before.callback_at?.getTime();
  return isFinalCallStatus(before.status) && isNews && (before.is_latest || outweighsLaterCalls(facts.outcome));
}

/**
 * Corrects jobs and leads by late reports.
 * @returns the campaigns whose leads may have changed.
 */
async function correct(sql: Sql, changes: readonly CallChange[]): Promise<string[]> {
  const toAttempt = (change: CallChange) => toSettledAttempt(change, { changes, random: randomOf(change) });
  const told = changes.filter((change) => isEndTold(change));
  if (told.length > 0) await correctJobs(sql, told.map(toAttempt));
  const corrections = latestOfLeads(changes.filter(isCorrection));
  if (corrections.length === 0) return [];
  await resettleLeads(sql, corrections.map(toAttempt));
  return campaignsOf(corrections);
}

/** Returns one change per lead: the latest of its calls. An outcome that outweighs it is among its other outcomes. */
function latestOfLeads(corrections: readonly CallChange[]): CallChange[] {
  const byLead = [...groupBy(corrections, ({ before }) => before.lead_id).values()];
  return byLead.map((own) => own.toSorted((a, b) => b.before.attempt - a.before.attempt)[0]!);
}

/**
 * Returns the campaigns that these changes may pause, for their faults or bad numbers. They are locked against placing
 * before anything is written.
 */
export async function campaignsThatMayPause(sql: Sql, changes: readonly CallChange[]): Promise<string[]> {
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
 * Pauses campaigns none of whose numbers exists. Also pauses those in which too many attempts fail through a fault of
 * Outdial or the provider.
 */
async function watch(sql: Sql, changes: readonly CallChange[]): Promise<void> {
  const states: BreakerState[] = [];
  for (const [campaignId, own] of ofCampaigns(changes)) {
    const { breaker_attempts, breaker_faults, campaign_status } = own[0]!.before;
    const inCall = () => callsInCall(sql, campaignId, LATELY_SECONDS);
    const { state, isTripped } = breakerAfter(own, breakerAfter(own, 0).isTripped ? await inCall() : 0);
    const isPausing = isTripped || (await areNumbersDoubted(sql, campaignId, { own, inCall }));
    if (isPausing && campaign_status === 'running') await pauseLocked(sql, { campaignId, reason: 'circuit_breaker' });
    else if (state.attempts !== breaker_attempts || state.faults !== breaker_faults)
      states.push({ campaign_id: campaignId, ...state });
  }
  await setBreakers(sql, states);
}

/** Returns the state of a campaign's breaker after calls that have ended, while `inCall` others go on. */
function breakerAfter(own: readonly CallChange[], inCall: number): ReturnType<typeof afterAttempts> {
  const { breaker_attempts, breaker_faults } = own[0]!.before;
  const ended = own.filter(hasEnded);
  const known = { attempts: breaker_attempts, faults: breaker_faults };
  const faults = ended.filter(({ facts }) => isFault(facts.outcome)).length;
  const late = own.filter(isLateFault).length;
  const cleared = own.filter(isClearedFault).length;
  return afterAttempts(known, { attempts: ended.length, faults, late, cleared, inCall });
}

/** Returns true if bad numbers may pause the campaign: no good number is known so far. Asked before the write. */
async function mayDoubtNumbers(sql: Sql, campaignId: string, own: readonly CallChange[]): Promise<boolean> {
  return badNumbers(own) > 0 && (await numbersTried(sql, campaignId)).reached === 0;
}

/** Returns true if none of the campaign's numbers exists, as the provider reports them. Asked after the write. */
async function areNumbersDoubted(
  sql: Sql,
  campaignId: string,
  { own, inCall }: { readonly own: readonly CallChange[]; readonly inCall: () => Promise<number> },
): Promise<boolean> {
  const bad = badNumbers(own);
  if (bad === 0 || own[0]!.before.campaign_status !== 'running') return false;
  const tried = await numbersTried(sql, campaignId);
  return isNoNumberGood(tried, { bad, inCall: 0 }) && isNoNumberGood(tried, { bad, inCall: await inCall() });
}

function badNumbers(own: readonly CallChange[]): number {
  const isNews = (change: CallChange) => hasEnded(change) || isEndTold(change);
  return own.filter((change) => isNews(change) && change.facts.outcome === 'bad_number').length;
}

function ofCampaigns(changes: readonly CallChange[]): Map<string, CallChange[]> {
  return groupBy(changes, ({ before }) => before.campaign_id);
}
