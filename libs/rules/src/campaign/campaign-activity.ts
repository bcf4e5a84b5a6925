import { GATE_NAMES, GATES, STANDSTILL_GATES, type Gate } from '../gate/gate.js';
import type { CampaignStatus, CampaignStatusReason } from './campaign-status.js';
import { dialingIn } from './dialing-time.js';
import { isRouteObstacle } from '../route/route-obstacle.js';
import { DOMAIN_ERRORS } from '../errors/domain-error.js';

/** Activities of a campaign, independent of its status. */
export const CAMPAIGN_ACTIVITIES = [
  'idle',
  'dialing',
  'draining',
  'waiting_window',
  'waiting_retry',
  'blocked',
  'done',
] as const;
export type CampaignActivity = (typeof CAMPAIGN_ACTIVITIES)[number];

export const BLOCK_CODES = [
  'not_started',
  'scheduled',
  'paused',
  'completed',
  'kill_switch',
  'no_contacts',
  'no_worker',
  'queue_unavailable',
  'queue_slow',
  'provider_unavailable',
  'slots_full',
  ...GATE_NAMES,
  'waiting_retry',
] as const;
export type BlockCode = (typeof BLOCK_CODES)[number];

/** Reason for which the worker places fewer calls than it could. */
export interface Block {
  readonly code: BlockCode;
  readonly detail: string;
  readonly since: Date | null;
  readonly until: Date | null;
  /** Contacts that the reason keeps waiting; null if it concerns all. */
  readonly contacts: number | null;
}

/** A campaign and its surroundings at one instant. */
export interface CampaignSituation {
  readonly now: Date;
  readonly status: CampaignStatus;
  readonly statusReason: CampaignStatusReason | null;
  readonly startAt: Date | null;
  readonly slots: number;
  readonly live: { readonly queued: number; readonly all: number };
  /** Time since which the oldest queued job has been waiting. */
  readonly oldestQueuedAt: Date | null;
  readonly contacts: number;
  /** Time at which the next contact is due and its area is open; null if no contact waits. */
  readonly nextDueAt: Date | null;
  readonly blocked: readonly {
    readonly code: Gate;
    readonly contacts: number;
    readonly until: Date | null;
  }[];
  /** Time from which a caller id may be usable again; null if one is usable, or none is needed. */
  readonly numbersFrom: Date | null;
  /** True if the campaign has caller ids and all of them are switched off. */
  readonly areNumbersOff: boolean;
  /** Time at which the operator's daily limit allows another call; null if the limit is not reached. */
  readonly callsFrom: Date | null;
  /** True if the tenant, over all campaigns, has as many calls in progress as the operator allows. */
  readonly isConcurrencyReached: boolean;
  /** Contacts that are due while their area is closed, at night or on a day off. */
  readonly closed: { readonly contacts: number | null; readonly until: Date | null } | null;
  /** Latest rejection of the provider, and how long it counts unless it is repeated; null if there was none. */
  readonly rejection: { readonly code: string; readonly since: Date; readonly until: Date } | null;
  readonly halt: {
    readonly scope: 'tenant' | 'installation';
    readonly since: Date;
    readonly reason: string | null;
  } | null;
  readonly worker: { readonly isRunning: true } | { readonly isRunning: false; readonly since: Date | null };
  readonly isQueueAvailable: boolean;
}

export interface CampaignDiagnosis {
  readonly activity: CampaignActivity;
  readonly blockedBy: readonly Block[];
  /** Earliest time at which another contact may be dialed; null if none will be as things stand. */
  readonly nextEligibleAt: Date | null;
}

/** Returns what a campaign is doing, and everything that keeps it from doing more. */
export function diagnose(situation: CampaignSituation): CampaignDiagnosis {
  const campaign = { ...situation, nextDueAt: nextDueOf(situation) };
  const blockedBy = [...statusBlocks(campaign), ...(campaign.status === 'running' ? runningBlocks(campaign) : [])];
  return {
    activity: activityOf(campaign, blockedBy),
    blockedBy,
    nextEligibleAt: campaign.status === 'running' && !campaign.halt ? campaign.nextDueAt : null,
  };
}

/** Returns when the next contact is due. Without a usable caller id, or within a reached daily limit, that is later. */
function nextDueOf({ nextDueAt, numbersFrom, callsFrom, areNumbersOff }: CampaignSituation): Date | null {
  if (areNumbersOff || nextDueAt === null) return null;
  const times = [nextDueAt, numbersFrom, callsFrom].filter((time) => time !== null);
  return new Date(Math.max(...times.map((time) => time.getTime())));
}

/** Codes that stop all dialing, however many contacts are due. */
const STANDSTILL: readonly BlockCode[] = ['kill_switch', 'no_worker', 'queue_unavailable', ...STANDSTILL_GATES];

function activityOf(campaign: CampaignSituation, blockedBy: readonly Block[]): CampaignActivity {
  const isInCall = campaign.live.all > 0;
  switch (campaign.status) {
    case 'draft':
    case 'scheduled':
      return 'idle';
    case 'paused':
      return isInCall ? 'draining' : 'blocked';
    case 'stopped':
    case 'completed':
    case 'archived':
      return isInCall ? 'draining' : 'done';
    case 'running':
      if (blockedBy.some(({ code }) => STANDSTILL.includes(code))) return 'blocked';
      if (currentRejection(campaign) && campaign.live.all === campaign.live.queued) return 'blocked';
      if (isInCall || isDue(campaign)) return 'dialing';
      if (campaign.closed) return 'waiting_window';
      if (campaign.nextDueAt) return 'waiting_retry';
      return campaign.blocked.length > 0 ? 'blocked' : 'idle';
  }
}

/** Returns the rejection that still counts: its time is not over, and a contact is due. */
function currentRejection({ rejection, nextDueAt, now }: CampaignSituation): CampaignSituation['rejection'] {
  return rejection && rejection.until > now && nextDueAt ? rejection : null;
}

function isDue({ nextDueAt, now }: CampaignSituation): boolean {
  return nextDueAt !== null && nextDueAt <= now;
}

function statusBlocks(campaign: CampaignSituation): Block[] {
  const { status, statusReason, startAt, halt, rejection, nextDueAt } = campaign;
  const blocks: Block[] = [];
  if (status === 'completed' && nextDueAt) blocks.push(block('completed', dialingIn('completed').detail!));
  if (status === 'draft') blocks.push(block('not_started', 'The campaign is a draft: start it.'));
  if (status === 'scheduled')
    blocks.push(block('scheduled', 'It begins at start_at; start it again to begin now.', { until: startAt }));
  if (status === 'paused') {
    blocks.push(block('paused', whyPaused(statusReason ?? 'user', rejection?.code ?? null)));
  }
  if (halt) {
    const whose = halt.scope === 'tenant' ? "This tenant's" : "The installation's";
    blocks.push(
      block('kill_switch', `${whose} kill switch is engaged${halt.reason ? `: ${halt.reason}` : '.'}`, {
        since: halt.since,
      }),
    );
  }
  return blocks;
}

/** Returns why a campaign is paused. Obstacles that Outdial found itself are not attributed to the provider. */
function whyPaused(reason: CampaignStatusReason, rejection: string | null): string {
  if (reason !== 'provider_account' || rejection === null) return PAUSED[reason];
  return isRouteObstacle(rejection)
    ? `${DOMAIN_ERRORS[rejection]}; then resume.`
    : `${PAUSED[reason]} It said: ${rejection}.`;
}

const PAUSED: Readonly<Record<CampaignStatusReason, string>> = {
  user: 'Somebody has paused it: resume it.',
  budget:
    'What is left of the minutes budget, less what live calls may still use, carries no further call: ' +
    'raise it (minutes_remaining of the tenant), then resume.',
  provider_account: 'The provider rejects our account (credentials, credit or settings): mend that, then resume.',
  circuit_breaker:
    'Too many attempts came to nothing through a fault of the provider or of ours, or because no number exists: ' +
    'look at the latest calls, then resume.',
  kill_switch: 'A kill switch has paused it: release the switch, then resume.',
  operator_limit:
    "The operator's limit of this tenant is reached: what is left of the minutes that the operator allows " +
    'carries no further call. Ask the operator for more, then resume.',
};

/** Seconds after which a queued job is reported as slow. Longer waits mean busy workers or a paced route. */
const QUEUE_PATIENCE_SECONDS = 10;

function runningBlocks(campaign: CampaignSituation): Block[] {
  const { now, contacts, live, slots, nextDueAt, oldestQueuedAt } = campaign;
  const blocks: Block[] = [];
  if (contacts === 0) blocks.push(block('no_contacts', 'It has no contacts: those that are added are dialed at once.'));
  if (!campaign.worker.isRunning)
    blocks.push(block('no_worker', 'No worker is running: start one.', { since: campaign.worker.since }));
  if (!campaign.isQueueAvailable)
    blocks.push(block('queue_unavailable', 'The queue does not answer; dialing goes on once it does.'));
  if (oldestQueuedAt && now.getTime() - oldestQueuedAt.getTime() > QUEUE_PATIENCE_SECONDS * 1000) {
    const detail =
      'Claimed contacts wait in the queue: workers are busy, or the account that they go over accepts so many ' +
      'calls per second.';
    blocks.push(block('queue_slow', detail, { since: oldestQueuedAt, contacts: live.queued }));
  }
  const rejection = currentRejection(campaign);
  if (rejection) {
    const problem = `The provider does not accept all calls (${rejection.code})`;
    const detail = `${problem}: it is asked again, and nobody loses an attempt.`;
    blocks.push(block('provider_unavailable', detail, { since: rejection.since }));
  }
  if (live.all >= slots && isDue(campaign))
    blocks.push(block('slots_full', `All ${slots} slots are occupied (max_concurrent_calls).`));
  const overall = overallBlocks(campaign);
  blocks.push(...overall);
  const isSaid = (code: Gate) =>
    overall.some((one) => one.code === code || (one.code === 'caller_ids_off' && code === 'caller_ids_used'));
  for (const { code, contacts: n, until } of campaign.blocked.filter((one) => !isSaid(one.code)))
    blocks.push(block(code, GATES[code].sentence, { contacts: n, until }));
  if (campaign.closed) blocks.push(block('outside_window', GATES.outside_window.sentence, campaign.closed));
  if (nextDueAt && !isDue(campaign))
    blocks.push(block('waiting_retry', 'Nobody is due before then.', { until: nextDueAt }));
  return blocks;
}

/** Returns the blocks of gates that concern all contacts: caller ids, of which one is enough, and operator limits. */
function overallBlocks({ areNumbersOff, numbersFrom, callsFrom, isConcurrencyReached }: CampaignSituation): Block[] {
  const gate = (code: Gate, until: Date | null = null) => block(code, GATES[code].sentence, { until });
  return [
    ...(areNumbersOff ? [gate('caller_ids_off')] : []),
    ...(!areNumbersOff && numbersFrom ? [gate('caller_ids_used', numbersFrom)] : []),
    ...(callsFrom ? [gate('operator_calls_per_day', callsFrom)] : []),
    ...(isConcurrencyReached ? [gate('operator_concurrent_calls')] : []),
  ];
}

function block(code: BlockCode, detail: string, facts: Partial<Omit<Block, 'code' | 'detail'>> = {}): Block {
  return { code, detail, since: null, until: null, contacts: null, ...facts };
}

/**
 * Estimates the seconds until every waiting contact has been called once more.
 * @returns null if nothing is known yet about how long an attempt occupies a slot.
 */
export function etaSeconds(campaign: {
  readonly waiting: number;
  readonly slots: number;
  readonly endedAttempts: number;
  /** Seconds for which ended attempts occupied their slots, in total. */
  readonly slotSeconds: number;
  readonly lastDueInSeconds: number;
}): number | null {
  if (campaign.endedAttempts === 0) return null;
  const meanSeconds = campaign.slotSeconds / campaign.endedAttempts;
  const work = (campaign.waiting * meanSeconds) / campaign.slots;
  const lastOne = campaign.lastDueInSeconds > 0 ? campaign.lastDueInSeconds + meanSeconds : 0;
  return Math.ceil(Math.max(work, lastOne));
}
