import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Heavy, OpenToKeys } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { AddConsentBody, ConsentAnswer, ConsentsPage, ConsentsQuery } from './consent.dto.js';
import { ConsentsService } from './consents.service.js';

@ApiTags('consents')
@ApiBearerAuth('bearer')
@OpenToKeys('consents')
@Controller('consents')
export class ConsentsController {
  constructor(private readonly consents: ConsentsService) {}

  @Post()
  @ApiOperation({
    summary: 'Record that somebody has agreed to be called, or has revoked that',
    description: 'Records are only ever added. Contacts that have waited for a consent are due at once.',
  })
  @ApiCreatedResponse({ type: ConsentAnswer })
  @ApiProblems([], { hasBody: true })
  addConsent(@User() user: CurrentUser, @Body() body: AddConsentBody): Promise<ConsentAnswer> {
    return this.consents.add(user.tenant_id, body);
  }

  @Get()
  @Heavy()
  @ApiOperation({
    summary: 'The records of a number, newest first',
    description: 'The latest record counts, unless it has expired.',
  })
  @ApiOkResponse({ type: ConsentsPage })
  @ApiProblems([])
  listConsents(@User() user: CurrentUser, @Query() query: ConsentsQuery): Promise<ConsentsPage> {
    return this.consents.list(user.tenant_id, query);
  }
}
