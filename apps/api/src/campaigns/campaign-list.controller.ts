import { Controller, Delete, Get, HttpCode, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CampaignControl } from '#dialer/campaigns/campaign-control.js';
import { Heavy, OpenToKeys } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { ApiIdParameter, IdParameter } from '../fields/id-parameter.js';
import { CampaignsAnswer, CampaignsQuery } from './campaign-list.dto.js';
import { CampaignListService } from './campaign-list.service.js';

@ApiTags('campaigns')
@ApiBearerAuth('bearer')
@OpenToKeys('campaigns')
@Controller('campaigns')
export class CampaignListController {
  constructor(
    private readonly campaigns: CampaignListService,
    private readonly control: CampaignControl,
  ) {}

  @Get()
  @Heavy()
  @ApiOperation({
    summary: 'Campaigns, newest first',
    description:
      'Each with its settings, status and counts. The newest 100, unless `page_size` and `cursor` say otherwise; ' +
      'archived ones only where `status` names them.',
  })
  @ApiOkResponse({ type: CampaignsAnswer })
  @ApiProblems(['invalid_fields'])
  listCampaigns(@User() user: CurrentUser, @Query() query: CampaignsQuery): Promise<CampaignsAnswer> {
    return this.campaigns.list(user.tenant_id, query);
  }

  @Delete(':campaign_id')
  @HttpCode(204)
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'Archive a campaign: it leaves the list, and nobody in it is called again',
    description:
      'From `draft`, `completed` or `stopped`; stop one that runs, is paused or scheduled first. Contacts, calls and ' +
      'counts stay, and what is told late of its calls still comes in. There is no way back. Archived already: 204.',
  })
  @ApiNoContentResponse()
  @ApiProblems(['campaign_not_found', 'campaign_state_conflict'], { isWrite: true })
  archiveCampaign(@User() user: CurrentUser, @IdParameter('campaign_id') campaignId: string): Promise<void> {
    return this.control.archive({ tenantId: user.tenant_id, campaignId });
  }
}
