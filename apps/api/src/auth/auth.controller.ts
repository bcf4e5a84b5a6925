import { Body, Controller, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiProblems } from '../errors/api-problems.js';
import { User, UserAgent, type SessionUser } from '../http/current-user.js';
import { OpenToViewers, Public } from '../access/route-access.js';
import { LoginBody, RefreshBody, REGISTER_EXAMPLES, RegisterBody, TokensView, UserView } from './auth.dto.js';
import { AuthService } from './auth.service.js';
import { RegistrationGuard } from './setup-tokens.js';
import { RegistrationService } from './registration.service.js';
import { toUserView } from './user-view.js';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly registration: RegistrationService,
  ) {}

  @Post('register')
  @Public()
  @UseGuards(RegistrationGuard)
  @ApiOperation({
    summary: 'Create a business and its first user, who is its admin',
    description:
      'Open to everybody only on a machine where nobody else reaches the API and the carrier is the simulator, or ' +
      'where the operator says so (`REGISTRATION`). Elsewhere the operator makes accounts and hands out an ' +
      'invitation (`POST /auth/invitations/accept`).',
  })
  @ApiBody({ type: RegisterBody, examples: REGISTER_EXAMPLES })
  @ApiCreatedResponse({ type: TokensView })
  @ApiProblems(['email_taken', 'registration_closed', 'setup_token_wrong'], { isPublic: true, hasBody: true })
  register(@Body() body: RegisterBody, @UserAgent() userAgent: string | null): Promise<TokensView> {
    return this.registration.register(body, userAgent);
  }

  @Post('login')
  @HttpCode(200)
  @Public()
  @ApiOperation({
    summary: 'Trade email and password for tokens',
    description:
      'The access token lives for an hour. Ten wrong passwords within 15 minutes lock the account for that time (429).',
  })
  @ApiOkResponse({ type: TokensView })
  @ApiProblems(['wrong_credentials'], { isPublic: true, hasBody: true })
  login(@Body() body: LoginBody, @UserAgent() userAgent: string | null): Promise<TokensView> {
    return this.auth.login(body, userAgent);
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  @ApiOperation({
    summary: 'Trade a refresh token for the next tokens',
    description: 'A refresh token works once. One that is used again was stolen or lost: its whole session ends.',
  })
  @ApiOkResponse({ type: TokensView })
  @ApiProblems(['refresh_token_invalid'], { isPublic: true, hasBody: true })
  refresh(@Body() body: RefreshBody): Promise<TokensView> {
    return this.auth.refresh(body.refresh_token);
  }

  @Post('logout')
  @HttpCode(204)
  @OpenToViewers()
  @ApiBearerAuth('bearer')
  @ApiOperation({
    summary: 'End the session of this token; its tokens stop working at once',
    description: 'Tokens of a session that Supabase Auth has opened are ended there (409).',
  })
  @ApiNoContentResponse()
  @ApiProblems(['session_elsewhere'])
  logout(@User() user: SessionUser): Promise<void> {
    return this.auth.logout(user);
  }

  @Get('me')
  @ApiBearerAuth('bearer')
  @ApiOperation({
    summary: 'Who this token belongs to',
    description: "With an API key: id and name are the key's, and email is empty or that of nobody.",
  })
  @ApiOkResponse({ type: UserView })
  @ApiProblems([])
  me(@User() user: SessionUser): UserView {
    return toUserView(user);
  }
}
