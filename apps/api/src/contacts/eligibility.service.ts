import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { findCampaign } from '#database/statements/campaigns/campaigns.js';
import { hoursTerms, type HoursTermsRow } from '#database/statements/engine/claim/calling-hours.js';
import { leadEligibility, type EligibilityRow } from '#database/statements/engine/eligibility/eligibility.js';
import { toHoursTerms } from '#dialer/claim/calling-hours.js';
import { judgeNumber } from '#geography/number-kind.js';
import { areaOfNumber } from '#geography/number-area.js';
import { hoursVerdict } from '#rules/calling-hours/opening.js';
import { eligibilityOf } from '#rules/eligibility/eligibility.js';
import { lackingWords, missingWords, type AskedWords } from '#rules/first-words/lacking-words.js';
import { whyNumberIsNotAllowed } from '#rules/phone-number/number-kind.js';
import { DomainError } from '#rules/errors/domain-error.js';
import type { EligibilityAnswer } from './eligibility.dto.js';

interface OwnedLead {
  readonly tenantId: string;
  readonly campaignId: string;
  readonly leadId: string;
}

/** Answers "why not?" for one contact, by the gates that the engine asks. */
@Injectable()
export class EligibilityService {
  constructor(private readonly database: Database) {}

  async eligibilityOf(lead: OwnedLead): Promise<EligibilityAnswer> {
    if (!(await findCampaign(this.database, lead))) throw new DomainError('campaign_not_found');
    const row = await leadEligibility(this.database, lead);
    const terms = await hoursTerms(this.database, lead.campaignId);
    if (!row || !terms) throw new DomainError('contact_not_found');
    return { campaign_id: lead.campaignId, contact_id: lead.leadId, ...answer(row, terms) };
  }
}

function answer(row: EligibilityRow, terms: HoursTermsRow): Omit<EligibilityAnswer, 'campaign_id' | 'contact_id'> {
  const hours = hoursVerdict(toHoursTerms(terms), areaOfNumber(row.phone_number, row.timezone), new Date(row.now));
  const opensAt = hours.opening ? hours.opening.opensAt.getTime() : Infinity;
  const reckoned = hours.isOpen ? null : opensAt;
  const eligibility = eligibilityOf({
    now: row.now,
    campaignStatus: row.campaign_status,
    isHalted: row.is_halted,
    isTest: terms.is_test,
    leadStatus: row.lead_status,
    dueAt: row.due_at,
    isZoneUnknown: hours.zones.length === 0,
    untils: {
      ...row,
      ...numberUntils(row),
      ...(row.has_hours && row.is_judged
        ? {}
        : { outside_window: reckoned, no_disclosure: wordsUntil(row, hours.asks) }),
    },
  });
  return {
    ...eligibility,
    verdicts: [...eligibility.verdicts],
    hours: {
      zones: hours.zones.map(({ zone, local_time }) => ({ zone, local_time })),
      packs: hours.packs.map(({ id, version }) => ({ id, version })),
      closed_by: hours.closed_by,
      opens_at: hours.opening?.opensAt ?? null,
      closes_at: hours.opening?.closesAt ?? null,
    },
  };
}

/** Judges the first words while the hours and the required sentences of the area have not been computed. */
function wordsUntil({ first_words: words }: EligibilityRow, asked: AskedWords): number | null {
  return missingWords(lackingWords(words), asked).length > 0 ? Infinity : null;
}

/** A number that no claim has judged yet. */
function numberUntils(row: EligibilityRow): Partial<EligibilityRow> {
  if (row.is_judged) return {};
  const rejection = whyNumberIsNotAllowed(judgeNumber(row.phone_number), {
    countries: row.allowed_countries,
    kinds: row.allowed_number_kinds,
  });
  return {
    number_kind: rejection === 'number_kind' ? Infinity : null,
    country_not_allowed: rejection === 'country_not_allowed' ? Infinity : null,
  };
}
