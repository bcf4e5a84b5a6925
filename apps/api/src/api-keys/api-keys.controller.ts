import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { AdminOnly, Heavy } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { CursorQuery } from '../fields/cursor-page.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { ApiIdParameter, IdParameter } from '../fields/id-parameter.js';
import { ApiKeysAnswer, CreateApiKeyBody, NewApiKeyAnswer } from './api-key.dto.js';
import { ApiKeysService } from './api-keys.service.js';

@ApiTags('api keys')
@ApiBearerAuth('bearer')
@AdminOnly()
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Get()
  @Heavy()
  @ApiOperation({
    summary: 'The keys of your tenant',
    description: 'For admins. Shows what each key may do and when it was used last, never the key itself.',
  })
  @ApiOkResponse({ type: ApiKeysAnswer })
  @ApiProblems(['admin_required', 'invalid_fields'])
  listApiKeys(@User() user: CurrentUser, @Query() query: CursorQuery): Promise<ApiKeysAnswer> {
    return this.keys.list(user.tenant_id, query);
  }

  @Post()
  @ApiOperation({
    summary: 'Make a key for a program',
    description:
      'It may do what its scopes say in this tenant. It is revoked when the user who made it is deactivated or no ' +
      'admin any more, unless that request says `keep_api_keys`. It is shown once.',
  })
  @ApiCreatedResponse({ type: NewApiKeyAnswer })
  @ApiProblems(['admin_required'], { hasBody: true })
  createApiKey(@User() user: CurrentUser, @Body() body: CreateApiKeyBody): Promise<NewApiKeyAnswer> {
    return this.keys.create(user, body);
  }

  @Delete(':api_key_id')
  @HttpCode(204)
  @ApiIdParameter('api_key_id')
  @ApiOperation({
    summary: 'Revoke a key; every process rejects it from now on',
    description: 'For admins. There is no way back: make another key.',
  })
  @ApiNoContentResponse()
  @ApiProblems(['admin_required', 'api_key_not_found'], { isWrite: true })
  revokeApiKey(@User() user: CurrentUser, @IdParameter('api_key_id') id: string): Promise<void> {
    return this.keys.revoke(user.tenant_id, id);
  }
}
