import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CampaignControl } from '#dialer/campaign-control.js';
import { ApiProblems } from '../http/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { ApiIdParameter, IdParameter } from '../http/id-parameter.js';
import {
  CampaignAnswer,
  CampaignsAnswer,
  CampaignStatsAnswer,
  CreateCampaignBody,
  HeldAnswer,
  ResumedAnswer,
  StartedAnswer,
} from './campaign.dto.js';
import { CampaignsService } from './campaigns.service.js';

@ApiTags('campaigns')
@ApiBearerAuth('bearer')
@Controller('campaigns')
export class CampaignsController {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly control: CampaignControl,
  ) {}

  @Get()
  @ApiOperation({ summary: 'All campaigns, newest first' })
  @ApiOkResponse({ type: CampaignsAnswer })
  @ApiProblems([])
  async listCampaigns(@User() user: CurrentUser): Promise<CampaignsAnswer> {
    return { campaigns: await this.campaigns.list(user.tenant_id) };
  }

  @Post()
  @ApiOperation({ summary: 'Create a campaign; it waits as a draft until it is started' })
  @ApiCreatedResponse({ type: CampaignAnswer })
  @ApiProblems([], { hasBody: true })
  async createCampaign(@User() user: CurrentUser, @Body() body: CreateCampaignBody): Promise<CampaignAnswer> {
    return { campaign: await this.campaigns.create(user.tenant_id, body) };
  }

  @Get(':campaign_id')
  @ApiIdParameter('campaign_id')
  @ApiOperation({ summary: 'One campaign' })
  @ApiOkResponse({ type: CampaignAnswer })
  @ApiProblems(['campaign_not_found', 'invalid_fields'])
  async getCampaign(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
  ): Promise<CampaignAnswer> {
    return { campaign: await this.campaigns.get(user.tenant_id, campaignId) };
  }

  @Post(':campaign_id/start')
  @HttpCode(200)
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'Start dialing',
    description:
      'From `draft`, `completed` (with contacts that were added since) or `paused`. Contacts that are added later are dialed at once.',
  })
  @ApiOkResponse({ type: StartedAnswer })
  @ApiProblems(['campaign_not_found', 'campaign_state_conflict', 'invalid_fields'], { isWrite: true })
  async startCampaign(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
  ): Promise<StartedAnswer> {
    const { pending } = await this.control.start({ tenantId: user.tenant_id, campaignId });
    return { message: 'Campaign started', jobs_enqueued: pending, status: 'running' };
  }

  @Post(':campaign_id/pause')
  @HttpCode(200)
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'Pause: nothing more is dialed after this answer',
    description: 'Calls on the line go on; `in_flight` counts them.',
  })
  @ApiOkResponse({ type: HeldAnswer })
  @ApiProblems(['campaign_not_found', 'campaign_state_conflict', 'invalid_fields'], { isWrite: true })
  async pauseCampaign(@User() user: CurrentUser, @IdParameter('campaign_id') campaignId: string): Promise<HeldAnswer> {
    const { in_flight } = await this.control.pause({ tenantId: user.tenant_id, campaignId });
    return { message: 'Campaign paused', status: 'paused', in_flight };
  }

  @Post(':campaign_id/resume')
  @HttpCode(200)
  @ApiIdParameter('campaign_id')
  @ApiOperation({ summary: 'Go on after a pause' })
  @ApiOkResponse({ type: ResumedAnswer })
  @ApiProblems(['campaign_not_found', 'campaign_state_conflict', 'invalid_fields'], { isWrite: true })
  async resumeCampaign(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
  ): Promise<ResumedAnswer> {
    await this.control.resume({ tenantId: user.tenant_id, campaignId });
    return { message: 'Campaign resumed', status: 'running' };
  }

  @Post(':campaign_id/stop')
  @HttpCode(200)
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'Stop for good: nothing more is dialed after this answer',
    description: 'Calls on the line go on; `in_flight` counts them.',
  })
  @ApiOkResponse({ type: HeldAnswer })
  @ApiProblems(['campaign_not_found', 'campaign_state_conflict', 'invalid_fields'], { isWrite: true })
  async stopCampaign(@User() user: CurrentUser, @IdParameter('campaign_id') campaignId: string): Promise<HeldAnswer> {
    const { in_flight } = await this.control.stop({ tenantId: user.tenant_id, campaignId });
    return { message: 'Campaign stopped', status: 'stopped', in_flight };
  }

  @Get(':campaign_id/stats')
  @ApiIdParameter('campaign_id')
  @ApiOperation({ summary: 'Attempts, contacts and calls by status' })
  @ApiOkResponse({ type: CampaignStatsAnswer })
  @ApiProblems(['campaign_not_found', 'invalid_fields'])
  getCampaignStats(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
  ): Promise<CampaignStatsAnswer> {
    return this.campaigns.stats(user.tenant_id, campaignId);
  }
}
