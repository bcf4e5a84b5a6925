import { reach } from '#config/failpoints.js';
import type { Sql } from '#database/sql.js';
import {
  callsOnTheLine,
  completeExhaustedCampaigns,
  resettleLeads,
  setBreakers,
  settleAttempts,
  type BreakerState,
} from '#database/statements/settle-attempts.js';
import { letRest } from '#database/statements/let-rest.js';
import { isFinalCallStatus } from '#rules/call-status.js';
import { afterAttempts, isFault, LATELY_SECONDS } from '#rules/circuit-breaker.js';
import type { CallChange } from './call-change.js';
import { pauseLocked } from './campaign-hold.js';
import { toSettledAttempt } from './settled-attempt.js';

/**
 * Ends the attempts whose calls have ended, and corrects what earlier ones have led to. In the transaction of the events, whose campaigns
 * are locked.
 * @returns the campaigns in which there is somebody to call now.
 */
export async function settle(sql: Sql, changes: readonly CallChange[]): Promise<string[]> {
  const reopened = await correct(sql, changes.filter(isCorrection));
  const ended = changes.filter(hasEnded);
  if (ended.length === 0) return reopened;
  await settleAttempts(
    sql,
    ended.map((change) => toSettledAttempt(change, Math.random())),
  );
  await reach('settle.settled');
  const campaignIds = [...new Set(ended.map(({ before }) => before.campaign_id))];
  await watchFaults(sql, ended);
  const completed = await completeExhaustedCampaigns(sql, campaignIds);
  await reach('settle.completed');
  const goingOn = [...reopened, ...campaignIds.filter((id) => !completed.includes(id))];
  return letRest(sql, [...new Set(goingOn)]);
}

function hasEnded({ before, facts }: CallChange): boolean {
  return !isFinalCallStatus(before.status) && isFinalCallStatus(facts.status);
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

/** Campaigns that these changes may pause for their faults: what they hold against placing before anything is written. */
export function pausedAtWorst(changes: readonly CallChange[]): string[] {
  const byCampaign = [...ofCampaigns(changes.filter(hasEnded))];
  return byCampaign.flatMap(([id, ended]) => (breakerAfter(ended, 0).isTripped ? [id] : []));
}

/** Pauses campaigns in which too many attempts come to nothing through our own or the provider's fault. */
async function watchFaults(sql: Sql, ended: readonly CallChange[]): Promise<void> {
  const states: BreakerState[] = [];
  for (const [campaignId, own] of ofCampaigns(ended)) {
    const { breaker_attempts, campaign_status } = own[0]!.before;
    const onTheLine = breakerAfter(own, 0).isTripped ? await callsOnTheLine(sql, campaignId, LATELY_SECONDS) : 0;
    const { state, isTripped } = breakerAfter(own, onTheLine);
    if (isTripped && campaign_status === 'running') await pauseLocked(sql, { campaignId, reason: 'circuit_breaker' });
    else if (state.attempts !== breaker_attempts) states.push({ campaign_id: campaignId, ...state });
  }
  await setBreakers(sql, states);
}

/** What a campaign's breaker makes of calls that have ended, with so many others on the line. */
function breakerAfter(ended: readonly CallChange[], onTheLine: number): ReturnType<typeof afterAttempts> {
  const { breaker_attempts, breaker_faults } = ended[0]!.before;
  const faults = ended.filter(({ facts }) => isFault(facts.outcome)).length;
  const known = { attempts: breaker_attempts, faults: breaker_faults };
  return afterAttempts(known, { attempts: ended.length, faults, onTheLine });
}

function ofCampaigns(changes: readonly CallChange[]): Map<string, CallChange[]> {
  const byCampaign = new Map<string, CallChange[]>();
  for (const change of changes) {
    const own = byCampaign.get(change.before.campaign_id);
    if (own) own.push(change);
    else byCampaign.set(change.before.campaign_id, [change]);
  }
  return byCampaign;
}
