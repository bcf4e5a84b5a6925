import { LEAD_STATUSES, type LeadStatus } from '../lead/lead-status.js';

/**
 * Returns why a start makes no contact due for dialing, and what to do; null if it makes one due.
 * @param contacts the campaign's contacts, by status.
 */
export function startNote(contacts: Readonly<Partial<Record<LeadStatus, number>>>): string | null {
  if ((contacts.pending ?? 0) > 0) return null;
  const statuses = LEAD_STATUSES.filter((status) => status !== 'removed' && (contacts[status] ?? 0) > 0);
  if (statuses.length === 0) return NO_CONTACTS;
  const counts = statuses.map((status) => `${contacts[status]} ${status}`).join(', ');
  return `${NOBODY_WAITS} (${counts}): ${REMEDY}`;
}

const NO_CONTACTS =
  'It has no contacts, so nobody is called: add them (POST /campaigns/{campaign_id}/contacts, …/contacts/bulk or ' +
  '…/imports). Those that are added are dialed at once.';

const NOBODY_WAITS = 'None of its contacts waits to be called';

const REMEDY =
  'add others, or call again those who were not reached (POST /campaigns/{campaign_id}/redial, once it has completed).';
