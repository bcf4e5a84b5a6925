import { Injectable } from '@nestjs/common';
import { Database } from '#database/database.js';
import { findCampaign } from '#database/statements/campaigns.js';
import { findLead } from '#database/statements/leads.js';
import type { OwnedCampaign } from '#dialer/campaigns/campaign-control.js';
import { Refusal } from '#rules/refusal.js';
import { missingFor, templateWarnings, unknownVariables, type TemplateWarning } from '#rules/template-findings.js';
import { renderedTexts, type CampaignTexts } from '#rules/template.js';
import { knownFields } from './known-fields.js';
import type { RenderAnswer } from './render.dto.js';

/** Says what a campaign's texts come to: for one contact, and what in them will not be said as it was meant. */
@Injectable()
export class CampaignTextsService {
  constructor(private readonly database: Database) {}

  async render(campaign: OwnedCampaign, contactId: string): Promise<RenderAnswer> {
    const texts = await findCampaign(this.database, campaign);
    if (!texts) throw new Refusal('campaign_not_found');
    const lead = await findLead(this.database, { ...campaign, leadId: contactId });
    if (!lead) throw new Refusal('contact_not_found');
    const known = await knownFields(this.database, texts.id);
    return {
      campaign_id: texts.id,
      contact_id: lead.id,
      ...renderedTexts({ ...texts, ...lead }),
      missing: missingFor(lead, texts),
      unknown: unknownVariables(texts, known),
      warnings: templateWarnings(texts, known),
    };
  }

  async warningsOf(campaign: CampaignTexts & { readonly id: string }): Promise<TemplateWarning[]> {
    return templateWarnings(campaign, await knownFields(this.database, campaign.id));
  }

  /** None for a campaign that is gone meanwhile. */
  async warnings(owned: OwnedCampaign): Promise<TemplateWarning[]> {
    const campaign = await findCampaign(this.database, owned);
    return campaign ? this.warningsOf(campaign) : [];
  }
}
