import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Heavy, OpenToKeys } from '../auth/access.js';
import { ApiProblems } from '../http/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { CampaignsAnswer, CampaignsQuery } from './campaign-list.dto.js';
import { CampaignListService } from './campaign-list.service.js';

@ApiTags('campaigns')
@ApiBearerAuth('bearer')
@OpenToKeys('campaigns')
@Controller('campaigns')
export class CampaignListController {
  constructor(private readonly campaigns: CampaignListService) {}

  @Get()
  @Heavy()
  @ApiOperation({
    summary: 'Campaigns, newest first',
    description:
      'Each with its settings, status and counts. The newest 100, unless `page_size` and `cursor` say otherwise.',
  })
  @ApiOkResponse({ type: CampaignsAnswer })
  @ApiProblems(['invalid_fields'])
  listCampaigns(@User() user: CurrentUser, @Query() query: CampaignsQuery): Promise<CampaignsAnswer> {
    return this.campaigns.list(user.tenant_id, query);
  }
}
