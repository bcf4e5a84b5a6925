import type { ChaosOptions } from '../options.js';
import type { CampaignTerms } from './campaign.js';
import { contactOf, fictionalNumber, type NewContact } from './contacts.js';

export interface PlannedCampaign {
  readonly terms: CampaignTerms;
  readonly contacts: readonly NewContact[];
}

const CALLS_PER_LEAD = 1.6;
const SECONDS_PER_CALL = 2.5;
/** Faults keep the system from dialing for a good part of the time. */
const SLACK = 1.7;
const MOST_SLOTS = 150;
const FEWEST_SLOTS = 8;

const SHARES = [
  { name: 'Large', leads: 0.45, slots: 0.5, maxRetries: 2 },
  { name: 'Middle', leads: 0.3, slots: 0.3, maxRetries: 1 },
  { name: 'Overlapping', leads: 0.25, slots: 0.2, maxRetries: 1 },
] as const;

/** Every third number of the last campaign is one of the first campaign's. */
const SHARED_EVERY = 3;

/** Three campaigns whose backlog lasts about as long as the faults do, two of them with numbers in common. */
export function planLoad({ leads, minutes, faults }: ChaosOptions): PlannedCampaign[] {
  const slots = (leads * CALLS_PER_LEAD * SECONDS_PER_CALL * SLACK) / (minutes * 60);
  const totalSlots = Math.min(MOST_SLOTS, Math.max(FEWEST_SLOTS, slots));
  const isPoisoned = faults.includes('F17');
  let next = 0;
  return SHARES.map((share, campaign) => {
    const contacts = Array.from({ length: Math.max(1, Math.round(leads * share.leads)) }, (_, n) => {
      const isShared = campaign === SHARES.length - 1 && n % SHARED_EVERY === 0;
      return contactOf(n, fictionalNumber(isShared ? n : next++), { isPoisoned });
    });
    const maxConcurrentCalls = Math.max(2, Math.round(totalSlots * share.slots));
    return { terms: { name: share.name, maxConcurrentCalls, maxRetries: share.maxRetries }, contacts };
  });
}
