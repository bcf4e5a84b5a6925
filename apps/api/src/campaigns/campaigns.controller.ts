import { Body, Controller, Get, HttpCode, Patch, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CampaignControl } from '#dialer/campaigns/campaign-control.js';
import { dialingIn } from '#rules/campaign/dialing-time.js';
import { Critical, Heavy, OpenToKeys, Reading } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { ApiIdParameter, IdParameter } from '../fields/id-parameter.js';
import { RETRY_REASONS } from '#rules/attempt/retry-policy.js';
import type { TemplateWarning } from '#rules/template/template-findings.js';
import { CampaignTextsService } from './campaign-texts.service.js';
import { CampaignAnswer, ChangedCampaignAnswer, type CampaignView } from './campaign-view.dto.js';
import { CreateCampaignBody, UpdateCampaignBody } from './campaign.dto.js';
import {
  HeldAnswer,
  RedialAnswer,
  RedialBody,
  ResumedAnswer,
  StartedAnswer,
  StopCampaignBody,
} from './campaign-commands.dto.js';
import { CampaignInsightService } from './campaign-insight.service.js';
import { CampaignStatsAnswer } from './campaign-stats.dto.js';
import { DiagnosticsAnswer } from './diagnostics.dto.js';
import { CampaignsService } from './campaigns.service.js';
import { PreflightAnswer } from './preflight.dto.js';
import { PreflightService } from './preflight.service.js';
import { RenderAnswer, RenderBody } from './render.dto.js';

const TO_RUN = [
  'campaign_not_found',
  'campaign_state_conflict',
  'campaign_past_end',
  'dialing_halted',
  'budget_exhausted',
  'operator_limit_reached',
  'caller_id_missing',
  'caller_id_not_allowed',
  'caller_ids_off',
  'first_message_missing',
  'no_disclosure',
  'telephony_account_gone',
  'telephony_account_unreadable',
  'nobody_to_call',
] as const;

@ApiTags('campaigns')
@ApiBearerAuth('bearer')
@OpenToKeys('campaigns')
@Controller('campaigns')
export class CampaignsController {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly control: CampaignControl,
    private readonly insight: CampaignInsightService,
    private readonly preflight: PreflightService,
    private readonly texts: CampaignTextsService,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Create a campaign; it waits as a draft until it is started',
    description:
      'Only name, prompt and voice are required; everything else has a default. Then add contacts (`POST ' +
      '/campaigns/{campaign_id}/contacts`) and start it.',
  })
  @ApiCreatedResponse({ type: ChangedCampaignAnswer })
  @ApiProblems([], { hasBody: true })
  async createCampaign(@User() user: CurrentUser, @Body() body: CreateCampaignBody): Promise<ChangedCampaignAnswer> {
    return this.withWarnings(user, await this.campaigns.create(user.tenant_id, body));
  }

  @Get(':campaign_id')
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'One campaign',
    description: 'Its settings, its status and its counts.',
  })
  @ApiOkResponse({ type: CampaignAnswer })
  @ApiProblems(['campaign_not_found'])
  async getCampaign(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
  ): Promise<CampaignAnswer> {
    return { campaign: await this.campaigns.get(user.tenant_id, campaignId) };
  }

  @Patch(':campaign_id')
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'Change a campaign; what is left out stays, also within `retry_policy` and `calling_window`',
    description:
      'Also while it runs: after the answer nothing is dialed on the old terms. There cannot be fewer slots than ' +
      'live calls.',
  })
  @ApiOkResponse({ type: ChangedCampaignAnswer })
  @ApiProblems(['campaign_not_found', 'campaign_closed', 'slots_in_use'], { hasBody: true })
  async updateCampaign(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
    @Body() body: UpdateCampaignBody,
  ): Promise<ChangedCampaignAnswer> {
    const campaign = await this.campaigns.update(user.tenant_id, campaignId, body);
    return { ...(await this.withWarnings(user, campaign)), dialing: dialingIn(campaign.status) };
  }

  @Post(':campaign_id/preflight')
  @Heavy()
  @HttpCode(200)
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'What would it do if it ran?',
    description:
      'How many of the waiting contacts would be called now, later and never, and why; what prompts ask for and ' +
      'contacts do not have; how long it takes and what it costs. Nothing is changed. A million contacts take a ' +
      'quarter of a minute.',
  })
  @ApiOkResponse({ type: PreflightAnswer })
  @ApiProblems(['campaign_not_found'], { isWrite: true })
  preflightCampaign(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
  ): Promise<PreflightAnswer> {
    return this.preflight.preflight({ tenantId: user.tenant_id, campaignId });
  }

  @Post(':campaign_id/render')
  @HttpCode(200)
  @Reading()
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'What would be said to this contact?',
    description:
      'The texts of the campaign as a provider or model would have them for one contact, by the very function ' +
      'that the engine uses. Nothing is changed, and nobody is called. See docs/variables.md.',
  })
  @ApiOkResponse({ type: RenderAnswer })
  @ApiProblems(['campaign_not_found', 'contact_not_found'], { hasBody: true, isWrite: false })
  renderCampaign(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
    @Body() { contact_id }: RenderBody,
  ): Promise<RenderAnswer> {
    return this.texts.render({ tenantId: user.tenant_id, campaignId }, contact_id);
  }

  @Post(':campaign_id/start')
  @HttpCode(200)
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'Start dialing',
    description:
      'From `draft`, `scheduled`, `completed` (with contacts that were added since) or `paused`. Contacts that ' +
      'are added later are dialed at once. A draft whose `start_at` lies ahead becomes `scheduled`, and begins by ' +
      'itself then.',
  })
  @ApiOkResponse({ type: StartedAnswer })
  @ApiProblems(TO_RUN, { isWrite: true })
  async startCampaign(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
  ): Promise<StartedAnswer> {
    const { pending, status, note } = await this.control.start({ tenantId: user.tenant_id, campaignId });
    const message = status === 'scheduled' ? 'Campaign scheduled' : 'Campaign started';
    return { message, jobs_enqueued: pending, note, status, warnings: await this.warnings(user, campaignId) };
  }

  @Post(':campaign_id/pause')
  @Critical()
  @HttpCode(200)
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'Pause: nothing more is dialed after this answer',
    description: 'Live calls go on; `in_flight` counts them.',
  })
  @ApiOkResponse({ type: HeldAnswer })
  @ApiProblems(['campaign_not_found', 'campaign_state_conflict'], { isWrite: true })
  async pauseCampaign(@User() user: CurrentUser, @IdParameter('campaign_id') campaignId: string): Promise<HeldAnswer> {
    const { in_flight } = await this.control.pause({ tenantId: user.tenant_id, campaignId });
    return { message: 'Campaign paused', status: 'paused', in_flight };
  }

  @Post(':campaign_id/resume')
  @HttpCode(200)
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'Go on after a pause',
    description: 'From `paused`. Contacts that became due meanwhile are dialed at once.',
  })
  @ApiOkResponse({ type: ResumedAnswer })
  @ApiProblems(TO_RUN, { isWrite: true })
  async resumeCampaign(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
  ): Promise<ResumedAnswer> {
    await this.control.resume({ tenantId: user.tenant_id, campaignId });
    return { message: 'Campaign resumed', status: 'running', warnings: await this.warnings(user, campaignId) };
  }

  @Post(':campaign_id/stop')
  @Critical()
  @HttpCode(200)
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'Stop for good: nothing more is dialed after this answer',
    description: 'Live calls go on, unless they are to be hung up; `in_flight` counts them.',
  })
  @ApiBody({ type: StopCampaignBody, required: false })
  @ApiOkResponse({ type: HeldAnswer })
  @ApiProblems(['campaign_not_found', 'campaign_state_conflict'], { hasBody: true })
  async stopCampaign(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
    @Body() { hangup_in_flight }: StopCampaignBody,
  ): Promise<HeldAnswer> {
    const campaign = { tenantId: user.tenant_id, campaignId };
    const { in_flight } = await this.control.stop(campaign, { hangupInFlight: hangup_in_flight });
    return { message: 'Campaign stopped', status: 'stopped', in_flight };
  }

  @Post(':campaign_id/redial')
  @HttpCode(200)
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'Call those again who were given up',
    description:
      'From `completed`: contacts whose latest call had one of these outcomes are due again, with as many retries ' +
      'as at first.',
  })
  @ApiBody({ type: RedialBody, required: false })
  @ApiOkResponse({ type: RedialAnswer })
  @ApiProblems([...TO_RUN, 'nobody_to_redial'], { hasBody: true })
  async redialCampaign(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
    @Body() { outcomes = [...RETRY_REASONS] }: RedialBody,
  ): Promise<RedialAnswer> {
    const redialed = await this.control.redial({ tenantId: user.tenant_id, campaignId }, outcomes);
    const warnings = await this.warnings(user, campaignId);
    return { message: 'Campaign redialing', redialed, status: 'running', warnings };
  }

  @Get(':campaign_id/stats')
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'Attempts, contacts and calls by status and outcome, with rates, cost and time left',
    description: 'Counts of the present moment, each taken from the rows themselves.',
  })
  @ApiOkResponse({ type: CampaignStatsAnswer })
  @ApiProblems(['campaign_not_found'])
  getCampaignStats(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
  ): Promise<CampaignStatsAnswer> {
    return this.insight.stats(user.tenant_id, campaignId);
  }

  @Get(':campaign_id/diagnostics')
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'What it is doing, why not more, and what occupies its slots',
    description:
      'Read this first when nobody is called: `blocked_by` names what keeps the campaign from dialing, and until when.',
  })
  @ApiOkResponse({ type: DiagnosticsAnswer })
  @ApiProblems(['campaign_not_found'])
  getCampaignDiagnostics(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
  ): Promise<DiagnosticsAnswer> {
    return this.insight.diagnostics(user.tenant_id, campaignId);
  }

  private async withWarnings(user: CurrentUser, campaign: CampaignView): Promise<ChangedCampaignAnswer> {
    return { campaign, warnings: await this.warnings(user, campaign.id) };
  }

  private warnings({ tenant_id: tenantId }: CurrentUser, campaignId: string): Promise<readonly TemplateWarning[]> {
    return this.texts.warnings({ tenantId, campaignId });
  }
}
