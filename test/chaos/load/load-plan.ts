import type { ChaosOptions } from '../options.js';
import type { CampaignTerms } from './campaign.js';
import { contactOf, fictionalNumber, type NewContact } from './contacts.js';
import { americanNumber } from './areas.js';

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
  { name: 'Large', leads: 0.42, slots: 0.45, maxRetries: 2 },
  { name: 'Middle', leads: 0.28, slots: 0.27, maxRetries: 1 },
  { name: 'Overlapping', leads: 0.2, slots: 0.18, maxRetries: 1 },
  { name: 'Consented', leads: 0.1, slots: 0.1, maxRetries: 1 },
] as const;

/** The one that keeps any hour and asks for no consent, so that there is always somebody to call. */
export const ALWAYS_OPEN = 'Large';
export const ASKS_FOR_CONSENT = 'Consented';

/** Every third number of this campaign is one of the first campaign's. */
const OVERLAPPING = 'Overlapping';
const SHARED_EVERY = 3;

/** Every so many numbers of this campaign are American. */
const FAR = 'Middle';
const FAR_EVERY = 6;

/** Four campaigns whose backlog lasts about as long as the faults do, two of them with numbers in common. */
export function planLoad({ leads, minutes, faults }: ChaosOptions): PlannedCampaign[] {
  const slots = (leads * CALLS_PER_LEAD * SECONDS_PER_CALL * SLACK) / (minutes * 60);
  const totalSlots = Math.min(MOST_SLOTS, Math.max(FEWEST_SLOTS, slots));
  const isPoisoned = faults.includes('F17');
  let next = 0;
  const numberOf = (name: string, n: number) => {
    if (name === OVERLAPPING && n % SHARED_EVERY === 0) return fictionalNumber(n);
    const far = name === FAR && n % FAR_EVERY === 0 ? americanNumber(n / FAR_EVERY) : null;
    return far ?? fictionalNumber(next++);
  };
  return SHARES.map(({ name, maxRetries, ...share }) => {
    const contacts = Array.from({ length: Math.max(1, Math.round(leads * share.leads)) }, (_, n) =>
      contactOf(n, numberOf(name, n), { isPoisoned }),
    );
    const maxConcurrentCalls = Math.max(2, Math.round(totalSlots * share.slots));
    return { terms: { name, maxConcurrentCalls, maxRetries, requiresConsent: name === ASKS_FOR_CONSENT }, contacts };
  });
}
