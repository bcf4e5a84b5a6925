import { Controller, Get, Query, type StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Heavy, OpenToKeys } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { CallFilterQuery, CallsCsvQuery } from './call-list.dto.js';
import { CallListService } from './call-list.service.js';

@ApiTags('calls')
@ApiBearerAuth('bearer')
@OpenToKeys('calls')
@Controller()
export class CallExportController {
  constructor(private readonly calls: CallListService) {}

  @Get('calls.csv')
  @Heavy()
  @ApiOperation({
    summary: 'Calls as CSV, newest first, without transcripts',
    description: 'What a spreadsheet would run as a formula has an apostrophe before it.',
  })
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } } } })
  @ApiProblems([])
  exportCallsAsCsv(@User() user: CurrentUser, @Query() query: CallsCsvQuery): StreamableFile {
    return this.calls.exportAsCsv(user.tenant_id, query);
  }

  @Get('calls.ndjson')
  @Heavy()
  @ApiOperation({
    summary: 'Calls, one JSON object a line, newest first, without transcripts',
    description: 'Streamed; memory does not grow with the list. Filters are those of the list.',
  })
  @ApiOkResponse({ content: { 'application/x-ndjson': { schema: { type: 'string' } } } })
  @ApiProblems([])
  exportCallsAsNdjson(@User() user: CurrentUser, @Query() query: CallFilterQuery): StreamableFile {
    return this.calls.exportAsNdjson(user.tenant_id, query);
  }
}
