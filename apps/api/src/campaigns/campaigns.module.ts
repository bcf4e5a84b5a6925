import { Module } from '@nestjs/common';
import { HealthModule } from '../health/health.module.js';
import { CampaignInsightService } from './campaign-insight.service.js';
import { CampaignListController } from './campaign-list.controller.js';
import { CampaignListService } from './campaign-list.service.js';
import { CampaignTextsService } from './campaign-texts.service.js';
import { CampaignsController } from './campaigns.controller.js';
import { CampaignsService } from './campaigns.service.js';
import { PreflightService } from './preflight.service.js';

@Module({
  imports: [HealthModule],
  controllers: [CampaignListController, CampaignsController],
  providers: [CampaignsService, CampaignListService, CampaignInsightService, PreflightService, CampaignTextsService],
})
export class CampaignsModule {}
