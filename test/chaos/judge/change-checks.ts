import type { AskedChange, Change } from '../load/changes.js';
import type { CampaignEdit, TenantEdit } from '../load/drawn-terms.js';
import type { CampaignTermsChange, Evidence, TenantTermsChange } from './evidence.js';
import type { Judgement } from './terms-checks.js';

/** Date.now() counts whole milliseconds, the database's clock parts of them. */
const CLOCK_GRAIN_MS = 1;

/** Changes that the API said were done, and that were not committed between the request and the answer. */
export function changesWithoutEffect(evidence: Evidence): Judgement {
  const acknowledged = evidence.changes.filter(({ isAcknowledged }) => isAcknowledged);
  return {
    judged: acknowledged.length,
    findings: acknowledged
      .filter((asked) => !effectsOf(asked.change, evidence).some((committedAt) => isDuring(asked, committedAt)))
      .map(({ change, answeredAt }) => ({
        what:
          `${JSON.stringify(change)} was acknowledged at ${new Date(answeredAt).toISOString()} and is ` +
          'not in the database',
      })),
  };
}

function isDuring({ requestedAt, answeredAt }: AskedChange, at: number): boolean {
  return at >= requestedAt && at <= answeredAt + CLOCK_GRAIN_MS;
}

/** Returns the times at which a matching change was committed. */
function effectsOf(change: Change, evidence: Evidence): number[] {
  const found = matching(change, evidence);
  return found.map(({ committed_at }) => committed_at);
}

function matching(change: Change, evidence: Evidence): readonly { readonly committed_at: number }[] {
  switch (change.kind) {
    case 'listed':
    case 'opted_out':
    case 'unlisted':
      return evidence.dncChanges.filter(
        ({ phone_number, is_listed }) =>
          phone_number === change.phoneNumber && is_listed === (change.kind !== 'unlisted'),
      );
    case 'consent':
      return evidence.consents.filter(
        ({ phone_number, kind }) => phone_number === change.phoneNumber && kind === change.consent,
      );
    case 'campaign_terms':
      return evidence.campaignTerms.filter(
        (terms) => terms.campaign_id === change.campaignId && isEditedTo(terms, change.edit),
      );
    case 'tenant_terms':
      return evidence.tenantTerms.filter((terms) => isTenantEditedTo(terms, change.edit));
  }
}

function isEditedTo(terms: CampaignTermsChange, edit: CampaignEdit): boolean {
  const { calling_window: window, ...plain } = edit;
  const isWindow = (['from', 'to', 'days'] as const).every(
    (part) => !window || String(terms.calling_window?.[part]) === String(window[part]),
  );
  return isWindow && isEachAs(plain, terms);
}

function isTenantEditedTo(terms: TenantTermsChange, { frequency_cap: cap, ...plain }: TenantEdit): boolean {
  const isCap =
    cap === undefined || (terms.cap_attempts === (cap?.attempts ?? null) && terms.cap_days === (cap?.days ?? null));
  return isCap && isEachAs(plain, terms);
}

function isEachAs(wanted: object, terms: object): boolean {
  const found = new Map(Object.entries(terms));
  return Object.entries(wanted).every(([name, value]) => JSON.stringify(found.get(name)) === JSON.stringify(value));
}
