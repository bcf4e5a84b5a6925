import { reach } from '#config/failpoints.js';
import type { Sql } from '#database/sql.js';
import {
  callsOnTheLine,
  completeExhaustedCampaigns,
  numbersTried,
  resettleLeads,
  setBreaker,
  settleAttempts,
} from '#database/statements/settle-attempts.js';
import { isFinalCallStatus } from '#rules/call-status.js';
import { afterAttempts, isFault, isNoNumberGood, LATELY_SECONDS } from '#rules/circuit-breaker.js';
import type { CallChange } from './call-change.js';
import { pauseLocked } from './campaign-hold.js';
import { toSettledAttempt } from './settled-attempt.js';

/**
 * Ends the attempts whose calls have ended, and corrects what earlier ones have led to. In the transaction of the events, whose campaigns
 * are locked.
 * @returns the campaigns in which there is something to dial again.
 */
export async function settle(sql: Sql, changes: readonly CallChange[]): Promise<string[]> {
  const reopened = await correct(sql, changes.filter(isCorrection));
  const ended = changes.filter(hasEnded);
  const late = changes.filter(isLateFault);
  if (ended.length === 0) {
    for (const id of campaignsOf(late)) await watchFaults(sql, id, { ended, late });
    return reopened;
  }
  await settleAttempts(
    sql,
    ended.map((change) => toSettledAttempt(change, Math.random())),
  );
  await reach('settle.settled');
  const campaignIds = campaignsOf(ended);
  for (const id of campaignsOf([...ended, ...late])) {
    if (!(await watchNumbers(sql, id, ended))) await watchFaults(sql, id, { ended, late });
  }
  const completed = await completeExhaustedCampaigns(sql, campaignIds);
  await reach('settle.completed');
  return [...new Set([...reopened, ...campaignIds.filter((id) => !completed.includes(id))])];
}

function hasEnded({ before, facts }: CallChange): boolean {
  return !isFinalCallStatus(before.status) && isFinalCallStatus(facts.status);
}

/** It had ended well, as far as anybody knew. */
function isLateFault({ before, facts }: CallChange): boolean {
  return isFinalCallStatus(before.status) && isFault(facts.outcome) && !isFault(before.outcome);
}

function campaignsOf(changes: readonly CallChange[]): string[] {
  return [...new Set(changes.map(({ before }) => before.campaign_id))];
}

/** A report that comes after the end may say what the call came to; whoever has been called again since is left alone, an opt-out is not. */
function isCorrection({ before, facts }: CallChange): boolean {
  const isNews = facts.outcome !== before.outcome || facts.callbackAt?.getTime() !== before.callback_at?.getTime();
  return isFinalCallStatus(before.status) && isNews && (before.is_latest || facts.outcome === 'opt_out');
}

async function correct(sql: Sql, changes: readonly CallChange[]): Promise<string[]> {
  if (changes.length === 0) return [];
  return resettleLeads(
    sql,
    changes.map((change) => toSettledAttempt(change, Math.random())),
  );
}

/** Pauses a campaign of whose numbers none exists, if the provider is to be believed. @returns whether it did. */
async function watchNumbers(sql: Sql, campaignId: string, ended: readonly CallChange[]): Promise<boolean> {
  const own = ended.filter(({ before }) => before.campaign_id === campaignId);
  const bad = own.filter(({ facts }) => facts.outcome === 'bad_number').length;
  if (bad === 0 || own[0]!.before.campaign_status !== 'running') return false;
  const tried = await numbersTried(sql, campaignId);
  const isDoubted = (onTheLine: number) => isNoNumberGood(tried, { bad, onTheLine });
  if (!isDoubted(0) || !isDoubted(await callsOnTheLine(sql, campaignId, LATELY_SECONDS))) return false;
  await pauseLocked(sql, { campaignId, reason: 'circuit_breaker' });
  return true;
}

/** Pauses a campaign in which too many attempts come to nothing through our own or the provider's fault. */
async function watchFaults(
  sql: Sql,
  campaignId: string,
  changes: { readonly ended: readonly CallChange[]; readonly late: readonly CallChange[] },
): Promise<void> {
  const [own, late] = [changes.ended, changes.late].map((all) =>
    all.filter(({ before }) => before.campaign_id === campaignId),
  );
  const { breaker_attempts, breaker_faults, campaign_status } = [...own!, ...late!][0]!.before;
  const known = { attempts: breaker_attempts, faults: breaker_faults };
  const counts = {
    attempts: own!.length,
    faults: own!.filter(({ facts }) => isFault(facts.outcome)).length,
    late: late!.length,
  };
  const after = (onTheLine: number) => afterAttempts(known, { ...counts, onTheLine });
  const { state, isTripped } = after(after(0).isTripped ? await callsOnTheLine(sql, campaignId, LATELY_SECONDS) : 0);
  if (isTripped && campaign_status === 'running') return pauseLocked(sql, { campaignId, reason: 'circuit_breaker' });
  if (state.faults !== known.faults || state.attempts !== known.attempts)
    await setBreaker(sql, { campaignId, ...state });
}
