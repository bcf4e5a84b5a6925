import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { AdminOnly, Heavy, OpenToKeys } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { ApiIdParameter, IdParameter } from '../fields/id-parameter.js';
import {
  CallerIdAnswer,
  CallerIdsAnswer,
  CallerIdsQuery,
  CreateCallerIdBody,
  UpdateCallerIdBody,
} from './caller-id.dto.js';
import { CallerIdsService } from './caller-ids.service.js';

@ApiTags('telephony')
@ApiBearerAuth('bearer')
@OpenToKeys('telephony')
@Controller('caller-ids')
export class CallerIdsController {
  constructor(private readonly callerIds: CallerIdsService) {}

  @Get()
  @Heavy()
  @ApiOperation({
    summary: 'The numbers that your calls come from',
    description: 'By `cursor`. Each with how often it was used today (UTC).',
  })
  @ApiOkResponse({ type: CallerIdsAnswer })
  @ApiProblems([])
  listCallerIds(@User() user: CurrentUser, @Query() query: CallerIdsQuery): Promise<CallerIdsAnswer> {
    return this.callerIds.list(user.tenant_id, query);
  }

  @Get(':caller_id')
  @ApiIdParameter('caller_id')
  @ApiOperation({
    summary: 'One number',
    description: 'With its account, its daily cap and its use today (UTC).',
  })
  @ApiOkResponse({ type: CallerIdAnswer })
  @ApiProblems(['caller_id_not_found'])
  async getCallerId(@User() user: CurrentUser, @IdParameter('caller_id') callerId: string): Promise<CallerIdAnswer> {
    return { caller_id: await this.callerIds.get(user.tenant_id, callerId) };
  }

  @Post()
  @AdminOnly()
  @ApiOperation({
    summary: 'Add a number to the pool of an account',
    description:
      'Campaigns over that account that name no `from_number` draw from its pool: the number that was used least ' +
      'today, and on retries the one that the contact knows, or another when that one has reached its cap or is ' +
      'switched off. When all are used up, contacts wait for the next day (UTC); no attempt is used. A pool has ' +
      'at most 1,000 numbers.',
  })
  @ApiCreatedResponse({ type: CallerIdAnswer })
  @ApiProblems(['admin_required', 'caller_id_exists', 'caller_ids_full'], { hasBody: true })
  async createCallerId(@User() user: CurrentUser, @Body() body: CreateCallerIdBody): Promise<CallerIdAnswer> {
    return { caller_id: await this.callerIds.create(user.tenant_id, body) };
  }

  @Patch(':caller_id')
  @AdminOnly()
  @ApiIdParameter('caller_id')
  @ApiOperation({
    summary: 'Change a daily cap, or switch a number off or on',
    description:
      'While all numbers of a pool are switched off, its running campaigns wait (`caller_ids_off`) and none is ' +
      'started by hand; they go on once a number is switched on.',
  })
  @ApiOkResponse({ type: CallerIdAnswer })
  @ApiProblems(['admin_required', 'caller_id_not_found'], { hasBody: true })
  async updateCallerId(
    @User() user: CurrentUser,
    @IdParameter('caller_id') callerId: string,
    @Body() body: UpdateCallerIdBody,
  ): Promise<CallerIdAnswer> {
    return { caller_id: await this.callerIds.update(user.tenant_id, callerId, body) };
  }

  @Delete(':caller_id')
  @AdminOnly()
  @HttpCode(204)
  @ApiIdParameter('caller_id')
  @ApiOperation({
    summary: 'Remove a number from its pool',
    description: 'For admins. Calls that it has placed keep it.',
  })
  @ApiNoContentResponse()
  @ApiProblems(['admin_required', 'caller_id_not_found'], { isWrite: true })
  deleteCallerId(@User() user: CurrentUser, @IdParameter('caller_id') callerId: string): Promise<void> {
    return this.callerIds.delete(user.tenant_id, callerId);
  }
}
