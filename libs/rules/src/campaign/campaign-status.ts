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

export const CAMPAIGN_STATUS_REASONS = [
  'user',
  'budget',
  'provider_account',
  'circuit_breaker',
  'kill_switch',
  'operator_limit',
] as const;
export type CampaignStatusReason = (typeof CAMPAIGN_STATUS_REASONS)[number];

/** What a person, or the engine itself, may ask of a campaign. */
export type CampaignCommand =
  'start' | 'schedule' | 'pause' | 'resume' | 'stop' | 'complete' | 'end' | 'redial' | 'reopen' | 'archive';

interface CampaignTransition {
  readonly from: readonly CampaignStatus[];
  readonly to: CampaignStatus;
}

/**
 * `start` also lifts a pause: before there was `resume`, it was the only way to. `complete` finds nobody left to call;
 * `end` comes with the campaign's end; `reopen` when a late report asks for one more call. Nothing leads
 * out of `archived`.
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

/** The status after a command, or null when the command does not fit. */
export function campaignStatusAfter(command: CampaignCommand, current: CampaignStatus): CampaignStatus | null {
  const { from, to } = CAMPAIGN_TRANSITIONS[command];
  return from.includes(current) ? to : null;
}
