import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { KillSwitches } from '#dialer/campaigns/kill-switches.js';
import { AdminOnly, Critical, OpenToKeys } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import {
  EngagedAnswer,
  EngageKillSwitchBody,
  KillSwitchAnswer,
  ReleasedAnswer,
  ReleaseKillSwitchBody,
} from './kill-switch.dto.js';

@ApiTags('tenant')
@ApiBearerAuth('bearer')
@OpenToKeys('tenant')
@Controller('tenant/kill-switch')
export class KillSwitchController {
  constructor(private readonly killSwitches: KillSwitches) {}

  @Get()
  @ApiOperation({
    summary: 'Is all dialing of this business halted?',
    description: 'Tells since when and why; both are null while it is not engaged.',
  })
  @ApiOkResponse({ type: KillSwitchAnswer })
  @ApiProblems([])
  getKillSwitch(@User() user: CurrentUser): Promise<KillSwitchAnswer> {
    return this.killSwitches.read(user.tenant_id);
  }

  @Post('engage')
  @Critical()
  @HttpCode(200)
  @AdminOnly()
  @ApiOperation({
    summary: 'Halt all dialing of this business at once',
    description:
      'For admins. Pauses every running campaign; none can be started until it is released. Nothing is dialed ' +
      'after this answer.',
  })
  @ApiBody({ type: EngageKillSwitchBody, required: false })
  @ApiOkResponse({ type: EngagedAnswer })
  @ApiProblems(['admin_required'], { hasBody: true })
  engageKillSwitch(@User() user: CurrentUser, @Body() body: EngageKillSwitchBody): Promise<EngagedAnswer> {
    return this.killSwitches.engage(user.tenant_id, {
      reason: body.reason ?? null,
      hangupInFlight: body.hangup_in_flight,
    });
  }

  @Post('release')
  @HttpCode(200)
  @AdminOnly()
  @ApiOperation({ summary: 'Allow dialing again', description: 'For admins.' })
  @ApiBody({ type: ReleaseKillSwitchBody, required: false })
  @ApiOkResponse({ type: ReleasedAnswer })
  @ApiProblems(['admin_required'], { hasBody: true })
  async releaseKillSwitch(@User() user: CurrentUser, @Body() body: ReleaseKillSwitchBody): Promise<ReleasedAnswer> {
    const resumeCampaigns = body.resume_campaigns ?? false;
    const resumed_campaigns = await this.killSwitches.release(user.tenant_id, { resumeCampaigns });
    return { ...(await this.killSwitches.read(user.tenant_id)), resumed_campaigns };
  }
}
