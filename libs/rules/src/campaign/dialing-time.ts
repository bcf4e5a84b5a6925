import type { CampaignStatus } from './campaign-status.js';
import { DomainError } from '../errors/domain-error.js';

/** Times at which a campaign calls contacts that no gate blocks. */
export const DIALING_TIMES = ['now', 'at_start_at', 'after_resume', 'after_start', 'never'] as const;
export type DialingTime = (typeof DIALING_TIMES)[number];

interface DialingTerms {
  readonly dials: DialingTime;
  /** Sentence that says what to do; null if there is nothing to do. */
  readonly detail: string | null;
}

/**
 * Terms of dialing by status. They concern clients that add contacts, give a consent, remove an entry or edit a gate's
 * settings. A running campaign looks at the contacts concerned at once. In any other status nobody is called, and the
 * response says when they will be.
 * A completed campaign is not started by itself: contacts are often added before its next start is wanted.
 */
const TERMS: Readonly<Record<CampaignStatus, DialingTerms>> = {
  draft: { dials: 'after_start', detail: 'The campaign is a draft: its contacts are called once it is started.' },
  scheduled: {
    dials: 'at_start_at',
    detail: 'The campaign begins at its start_at: its contacts are called from then on.',
  },
  running: { dials: 'now', detail: null },
  paused: { dials: 'after_resume', detail: 'The campaign is paused: its contacts are called once it is resumed.' },
  completed: {
    dials: 'after_start',
    detail: 'The campaign has completed: contacts that wait are called once it is started again.',
  },
  stopped: {
    dials: 'never',
    detail: 'The campaign was stopped and calls nobody any more: add the contacts to another campaign.',
  },
  archived: {
    dials: 'never',
    detail: 'The campaign is archived and calls nobody any more: add the contacts to another campaign.',
  },
};

export interface Dialing extends DialingTerms {
  readonly campaign_status: CampaignStatus;
}

export function dialingIn(status: CampaignStatus): Dialing {
  return { ...TERMS[status], campaign_status: status };
}

/**
 * Throws if a campaign accepts no contacts because it never calls again.
 * @throws DomainError
 */
export function requireDialable(status: CampaignStatus): void {
  const { dials, detail } = TERMS[status];
  if (dials === 'never') throw new DomainError('campaign_closed', { current_status: status }, detail ?? undefined);
}
