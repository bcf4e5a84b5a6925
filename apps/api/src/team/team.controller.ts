import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { AdminOnly, Heavy, Public } from '../access/route-access.js';
import { TokensView } from '../auth/auth.dto.js';
import { ApiProblems } from '../errors/api-problems.js';
import { CursorQuery } from '../fields/cursor-page.js';
import { User, UserAgent, type CurrentUser } from '../http/current-user.js';
import { ApiIdParameter, IdParameter } from '../fields/id-parameter.js';
import {
  AcceptInvitationBody,
  InvitationAnswer,
  InvitationsAnswer,
  InviteBody,
  TeamAnswer,
  TeamUserAnswer,
  UpdateUserBody,
} from './team.dto.js';
import { TeamService } from './team.service.js';

@ApiTags('users')
@ApiBearerAuth('bearer')
@AdminOnly()
@Controller('users')
export class TeamController {
  constructor(private readonly team: TeamService) {}

  @Get()
  @Heavy()
  @ApiOperation({
    summary: 'The users of your tenant',
    description: 'For admins. Users that are kept out are listed as well.',
  })
  @ApiOkResponse({ type: TeamAnswer })
  @ApiProblems(['admin_required', 'invalid_fields'])
  listUsers(@User() user: CurrentUser, @Query() query: CursorQuery): Promise<TeamAnswer> {
    return this.team.list(user.tenant_id, query);
  }

  @Get('invitations')
  @Heavy()
  @ApiOperation({
    summary: 'Who is invited and has not come yet',
    description: 'For admins. An invitation that has expired is not listed.',
  })
  @ApiOkResponse({ type: InvitationsAnswer })
  @ApiProblems(['admin_required', 'invalid_fields'])
  listInvitations(@User() user: CurrentUser, @Query() query: CursorQuery): Promise<InvitationsAnswer> {
    return this.team.listInvitations(user.tenant_id, query);
  }

  @Post('invitations')
  @ApiOperation({
    summary: 'Invite somebody by a link that works once, for seven days',
    description:
      'An invitation replaces an earlier one to the same email. It ends when the admin who sent it is ' +
      'deactivated or no admin any more.',
  })
  @ApiCreatedResponse({ type: InvitationAnswer })
  @ApiProblems(['admin_required', 'email_taken'], { hasBody: true })
  inviteUser(@User() user: CurrentUser, @Body() body: InviteBody): Promise<InvitationAnswer> {
    return this.team.invite(user, body);
  }

  @Delete('invitations/:invitation_id')
  @HttpCode(204)
  @ApiIdParameter('invitation_id')
  @ApiOperation({
    summary: 'Withdraw an invitation',
    description: 'For admins. Its link stops working at once.',
  })
  @ApiNoContentResponse()
  @ApiProblems(['admin_required', 'invitation_not_found'], { isWrite: true })
  withdrawInvitation(@User() user: CurrentUser, @IdParameter('invitation_id') id: string): Promise<void> {
    return this.team.withdraw(user.tenant_id, id);
  }

  @Patch(':user_id')
  @ApiIdParameter('user_id')
  @ApiOperation({
    summary: "Change a user's role or name, or keep them out",
    description:
      'For admins. Their sessions end when they are kept out. One admin has to remain. Who is deactivated, or no ' +
      'admin any more, leaves no door open: invitations that they sent are withdrawn, and API keys that they made ' +
      'are revoked, unless `keep_api_keys` is true.',
  })
  @ApiOkResponse({ type: TeamUserAnswer })
  @ApiProblems(['admin_required', 'user_not_found', 'last_admin'], { hasBody: true })
  updateUser(
    @User() user: CurrentUser,
    @IdParameter('user_id') userId: string,
    @Body() body: UpdateUserBody,
  ): Promise<TeamUserAnswer> {
    return this.team.update(user.tenant_id, userId, body);
  }
}

@ApiTags('auth')
@Controller('auth/invitations')
export class InvitationController {
  constructor(private readonly team: TeamService) {}

  @Public()
  @Post('accept')
  @ApiOperation({
    summary: 'Join a tenant by an invitation',
    description: 'Creates the user and answers with tokens, as a login does.',
  })
  @ApiCreatedResponse({ type: TokensView })
  @ApiProblems(['link_invalid', 'email_taken'], { isPublic: true, hasBody: true })
  acceptInvitation(@Body() body: AcceptInvitationBody, @UserAgent() userAgent: string | null): Promise<TokensView> {
    return this.team.accept(body, userAgent);
  }
}
