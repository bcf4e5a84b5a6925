import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Critical, Heavy, OpenToKeys } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import {
  AddDncBody,
  DncAddedAnswer,
  DncCheckAnswer,
  DncListQuery,
  DncPage,
  DncPageQuery,
  DncRemovedAnswer,
} from './dnc.dto.js';
import { DncService } from './dnc.service.js';

const NUMBER = {
  name: 'phone_number',
  description: 'E.164, or national form if the tenant has a default country.',
  schema: { type: 'string', maxLength: 100 },
  example: '+442079460123',
} as const;

@ApiTags('do not call')
@ApiBearerAuth('bearer')
@OpenToKeys('dnc')
@Controller('dnc')
export class DncController {
  constructor(private readonly dnc: DncService) {}

  @Post()
  @Critical()
  @ApiOperation({
    summary: 'Never call a number, in any campaign',
    description:
      'After the answer no call to it is committed any more; live calls go on. A number that is listed already ' +
      'gets the new reason and end, unless the person has asked for it themselves.',
  })
  @ApiCreatedResponse({ type: DncAddedAnswer })
  @ApiProblems([], { hasBody: true })
  addDncEntry(@User() user: CurrentUser, @Body() body: AddDncBody): Promise<DncAddedAnswer> {
    return this.dnc.add(user.tenant_id, body);
  }

  @Get()
  @Heavy()
  @ApiOperation({
    summary: 'The do-not-call list, newest first',
    description: 'Entries whose end has passed are not listed.',
  })
  @ApiOkResponse({ type: DncPage })
  @ApiProblems([])
  listDncEntries(@User() user: CurrentUser, @Query() query: DncPageQuery): Promise<DncPage> {
    return this.dnc.list(user.tenant_id, query);
  }

  @Get(':phone_number')
  @ApiParam(NUMBER)
  @ApiOperation({
    summary: 'Is this number on the list?',
    description: '`is_listed` is false for an entry whose end has passed.',
  })
  @ApiOkResponse({ type: DncCheckAnswer })
  @ApiProblems([])
  checkDncEntry(
    @User() { tenant_id: tenantId }: CurrentUser,
    @Param('phone_number') phoneNumber: string,
    @Query() { is_test: isTest }: DncListQuery,
  ): Promise<DncCheckAnswer> {
    return this.dnc.check({ tenantId, isTest }, phoneNumber);
  }

  @Delete(':phone_number')
  @HttpCode(200)
  @ApiParam(NUMBER)
  @ApiOperation({
    summary: 'Remove a number from the list',
    description:
      'Contacts that it had suppressed are due again, not before their retry or call-back. An entry by which the ' +
      'person has asked not to be called (`opt_out`) stays, unless they have given a consent since.',
  })
  @ApiOkResponse({ type: DncRemovedAnswer })
  @ApiProblems(['dnc_entry_not_found', 'opt_out_stands'], { isWrite: true })
  removeDncEntry(
    @User() { tenant_id: tenantId }: CurrentUser,
    @Param('phone_number') phoneNumber: string,
    @Query() { is_test: isTest }: DncListQuery,
  ): Promise<DncRemovedAnswer> {
    return this.dnc.remove({ tenantId, isTest }, phoneNumber);
  }
}
