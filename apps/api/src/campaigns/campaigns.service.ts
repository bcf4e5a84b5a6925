import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Database } from '#database/database.js';
import { Campaign } from '#database/entities/campaign.entity.js';
import { findCampaign, listCampaigns, type CampaignRow } from '#database/statements/campaigns.js';
import { InvalidFields, Refusal } from '#rules/refusal.js';
import { retryPolicyOf } from '#rules/retry-policy.js';
import type { CampaignView, CreateCampaignBody } from './campaign.dto.js';

@Injectable()
export class CampaignsService {
  constructor(
    private readonly database: Database,
    @InjectRepository(Campaign) private readonly campaigns: Repository<Campaign>,
  ) {}

  async list(tenantId: string): Promise<CampaignView[]> {
    return (await listCampaigns(this.database, tenantId)).map(toView);
  }

  async create(tenantId: string, body: CreateCampaignBody): Promise<CampaignView> {
    requireTimeToDial(body, new Date());
    const { identifiers } = await this.campaigns.insert({ ...body, tenant_id: tenantId });
    return this.get(tenantId, (identifiers[0] as { id: string }).id);
  }

  async get(tenantId: string, campaignId: string): Promise<CampaignView> {
    const campaign = await findCampaign(this.database, { tenantId, campaignId });
    if (!campaign) throw new Refusal('campaign_not_found');
    return toView(campaign);
  }
}

function toView(campaign: CampaignRow): CampaignView {
  return { ...campaign, retry_policy: retryPolicyOf(campaign.retry_policy) as CampaignView['retry_policy'] };
}

/** @throws InvalidFields for a campaign that would end before it begins, or has ended already. */
function requireTimeToDial({ start_at, end_at }: CreateCampaignBody, now: Date): void {
  if (!end_at) return;
  const endAt = new Date(end_at);
  if (endAt <= now) throw new InvalidFields([{ field: 'end_at', message: 'must lie in the future' }]);
  if (start_at && endAt <= new Date(start_at)) {
    throw new InvalidFields([{ field: 'end_at', message: 'must be later than start_at' }]);
  }
}
