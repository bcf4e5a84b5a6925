import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import type { CampaignRow } from '#database/entities/campaign.entity.js';
import { findCampaign } from '#database/statements/campaigns/campaigns.js';
import { campaignWords, type CampaignWords } from '#database/statements/engine/eligibility/first-words.js';
import { findLead } from '#database/statements/leads/leads.js';
import type { OwnedCampaign } from '#dialer/campaigns/campaign-control.js';
import { DomainError } from '#rules/errors/domain-error.js';
import {
  missingFor,
  templateWarnings,
  unknownVariables,
  type TemplateWarning,
} from '#rules/template/template-findings.js';
import { renderedTexts, type CampaignTexts } from '#rules/template/template.js';
import { knownFields } from './known-fields.js';
import type { RenderAnswer } from './render.dto.js';

/** Renders a campaign's texts for one contact, and finds variables that would not be said as meant. */
@Injectable()
export class CampaignTextsService {
  constructor(private readonly database: Database) {}

  async render(campaign: OwnedCampaign, contactId: string): Promise<RenderAnswer> {
    const texts = await this.textsOf(campaign);
    if (!texts) throw new DomainError('campaign_not_found');
    const lead = await findLead(this.database, { ...campaign, leadId: contactId });
    if (!lead) throw new DomainError('contact_not_found');
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

  /** Lists the warnings of a campaign; none for one that is gone meanwhile. */
  async warnings(owned: OwnedCampaign): Promise<TemplateWarning[]> {
    const texts = await this.textsOf(owned);
    return texts ? templateWarnings(texts, await knownFields(this.database, texts.id)) : [];
  }

  private async textsOf(owned: OwnedCampaign): Promise<(SaidTexts & { readonly id: string }) | null> {
    const campaign = await findCampaign(this.database, owned);
    const words = campaign && (await campaignWords(this.database, campaign.id));
    return campaign && words ? { ...textsSaid(campaign, words), id: campaign.id } : null;
  }
}

type SaidTexts = CampaignTexts & { readonly system_prompt: string };

/** A campaign's texts, with the words that its calls say first wherever those are written. */
export function textsSaid(campaign: CampaignRow, { words }: CampaignWords): SaidTexts {
  const { system_prompt, first_message } = campaign;
  const [disclosure, notice] = [words.disclosure.text, words.recording_notice?.text ?? null];
  return { system_prompt, disclosure, recording_notice: notice, first_message };
}
