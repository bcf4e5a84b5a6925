import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../errors/api-problems.js';
import { User, type SessionUser } from '../http/current-user.js';
import { OpenToViewers, Public } from '../access/route-access.js';
import { ChangePasswordBody, ForgotPasswordBody, ResetPasswordBody } from './auth.dto.js';
import { PasswordService } from './password.service.js';

@ApiTags('auth')
@Controller('auth/password')
export class PasswordController {
  constructor(private readonly passwords: PasswordService) {}

  @Post()
  @HttpCode(204)
  @OpenToViewers()
  @ApiBearerAuth('bearer')
  @ApiOperation({
    summary: 'Change your password; your other sessions end',
    description:
      'Asks for the present password, so that a stolen token does not suffice. Ten wrong guesses within 15 minutes ' +
      'close this for the rest of them.',
  })
  @ApiNoContentResponse()
  @ApiProblems(['wrong_password'], { hasBody: true, isWrite: false })
  changePassword(@User() user: SessionUser, @Body() body: ChangePasswordBody): Promise<void> {
    return this.passwords.change(user, body);
  }

  @Post('forgot')
  @HttpCode(204)
  @Public()
  @ApiOperation({
    summary: 'Ask for a link that resets a password',
    description:
      'The answer is the same whether or not somebody has this email. A person gets at most three links an hour. ' +
      'The link works once, for an hour; it is handed to `ACCOUNT_WEBHOOK_URL`, or written to `links.log` in the ' +
      'data directory of a system that only its own machine can reach.',
  })
  @ApiNoContentResponse()
  @ApiProblems([], { isPublic: true, hasBody: true })
  forgotPassword(@Body() { email }: ForgotPasswordBody): Promise<void> {
    return this.passwords.forget(email);
  }

  @Post('reset')
  @HttpCode(204)
  @Public()
  @ApiOperation({
    summary: 'Set another password by such a link; all sessions of the user end',
    description: 'The token is in the link that `POST /auth/password/forgot` sends.',
  })
  @ApiNoContentResponse()
  @ApiProblems(['link_invalid'], { isPublic: true, hasBody: true })
  resetPassword(@Body() body: ResetPasswordBody): Promise<void> {
    return this.passwords.reset(body);
  }
}
