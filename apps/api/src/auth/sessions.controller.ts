import { Controller, Delete, Get, HttpCode, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../errors/api-problems.js';
import { CursorQuery } from '../fields/cursor-page.js';
import { User, type SessionUser } from '../http/current-user.js';
import { ApiIdParameter, IdParameter } from '../fields/id-parameter.js';
import { Heavy, OpenToViewers } from '../access/route-access.js';
import { EndedSessionsAnswer, SessionsAnswer } from './auth.dto.js';
import { AuthService } from './auth.service.js';

@ApiTags('auth')
@ApiBearerAuth('bearer')
@OpenToViewers()
@Controller('auth/sessions')
export class SessionsController {
  constructor(private readonly auth: AuthService) {}

  @Get()
  @Heavy()
  @ApiOperation({
    summary: 'Where you are logged in',
    description: 'A session begins with a login and lives as long as its tokens are renewed.',
  })
  @ApiOkResponse({ type: SessionsAnswer })
  @ApiProblems(['invalid_fields'])
  listSessions(@User() user: SessionUser, @Query() query: CursorQuery): Promise<SessionsAnswer> {
    return this.auth.listSessions(user, query);
  }

  @Delete(':session_id')
  @HttpCode(204)
  @ApiIdParameter('session_id')
  @ApiOperation({
    summary: 'End one of your sessions; its tokens stop working at once',
    description: '`GET /auth/sessions` lists them.',
  })
  @ApiNoContentResponse()
  @ApiProblems(['session_not_found'])
  endSession(@User() user: SessionUser, @IdParameter('session_id') sessionId: string): Promise<void> {
    return this.auth.revokeSession(user, sessionId);
  }

  @Delete()
  @ApiOperation({
    summary: 'End all of your sessions but this one',
    description: 'Their tokens stop working at once.',
  })
  @ApiOkResponse({ type: EndedSessionsAnswer })
  @ApiProblems([])
  async endOtherSessions(@User() user: SessionUser): Promise<EndedSessionsAnswer> {
    return { ended: await this.auth.revokeOtherSessions(user) };
  }
}
