import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Database } from '#database/database.js';
import { Campaign } from '#database/entities/campaign.entity.js';
import { campaignProgress } from '#database/statements/campaign-progress.js';
import { findCampaign } from '#database/statements/campaigns.js';
import { Refusal } from '#rules/refusal.js';
import type { CampaignStatsAnswer, CreateCampaignBody } from './campaign.dto.js';

@Injectable()
export class CampaignsService {
  constructor(
    private readonly database: Database,
    @InjectRepository(Campaign) private readonly campaigns: Repository<Campaign>,
  ) {}

  list(tenantId: string): Promise<Campaign[]> {
    return this.campaigns.find({ where: { tenant_id: tenantId }, order: { created_at: 'DESC', id: 'DESC' } });
  }

  async create(tenantId: string, body: CreateCampaignBody): Promise<Campaign> {
    const { identifiers } = await this.campaigns.insert({ ...body, tenant_id: tenantId });
    return this.get(tenantId, (identifiers[0] as { id: string }).id);
  }

  async get(tenantId: string, campaignId: string): Promise<Campaign> {
    const campaign = await findCampaign(this.database, { tenantId, campaignId });
    if (!campaign) throw new Refusal('campaign_not_found');
    return campaign;
  }

  async stats(tenantId: string, campaignId: string): Promise<CampaignStatsAnswer> {
    const { status } = await this.get(tenantId, campaignId);
    const { pending: _, ...counts } = await campaignProgress(this.database, campaignId);
    return { campaign_id: campaignId, status, ...counts };
  }
}
