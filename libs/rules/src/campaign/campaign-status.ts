export const CAMPAIGN_STATUSES = [
  'draft',
  'scheduled',
  'running',
  'paused',
  'stopped',
  'completed',
  'archived',
] as const;
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

/** Statuses of a campaign that calls or will call again. */
export const OPEN_CAMPAIGN_STATUSES = ['scheduled', 'running', 'paused'] as const satisfies readonly CampaignStatus[];

/** Statuses of a campaign that has ended. A completed one runs again once it has somebody to call. */
export const ENDED_CAMPAIGN_STATUSES = ['stopped', 'completed'] as const satisfies readonly CampaignStatus[];

export const CAMPAIGN_STATUS_REASONS = [
  'user',
  'budget',
  'provider_account',
  'circuit_breaker',
  'kill_switch',
  'operator_limit',
] as const;
export type CampaignStatusReason = (typeof CAMPAIGN_STATUS_REASONS)[number];

/** Command of a client or of the engine to a campaign. */
export type CampaignCommand =
  'start' | 'schedule' | 'pause' | 'resume' | 'stop' | 'complete' | 'end' | 'redial' | 'reopen' | 'archive';

interface CampaignTransition {
  readonly from: readonly CampaignStatus[];
  readonly to: CampaignStatus;
}

/**
 * Statuses in which each command fits, and the status that follows. `start` also resumes, for clients written before
 * `resume` existed. The engine sends `complete` when no lead is left to call, and `end` at the campaign's end. It sends
 * `reopen` when a late report asks for one more call. `archived` is final.
 */
export const CAMPAIGN_TRANSITIONS: Readonly<Record<CampaignCommand, CampaignTransition>> = {
  start: { from: ['draft', 'scheduled', 'paused', 'completed'], to: 'running' },
  schedule: { from: ['draft'], to: 'scheduled' },
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  stop: { from: ['running', 'paused', 'scheduled'], to: 'stopped' },
  complete: { from: ['running'], to: 'completed' },
  end: { from: ['scheduled', 'running', 'paused'], to: 'completed' },
  redial: { from: ['completed'], to: 'running' },
  reopen: { from: ['completed'], to: 'running' },
  archive: { from: ['draft', 'completed', 'stopped'], to: 'archived' },
};

/** Returns the status after a command, or null when the command does not fit. */
export function campaignStatusAfter(command: CampaignCommand, current: CampaignStatus): CampaignStatus | null {
  const { from, to } = CAMPAIGN_TRANSITIONS[command];
  return from.includes(current) ? to : null;
}
