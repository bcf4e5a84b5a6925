import { Controller, Get, Query, type StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Heavy, OpenToKeys } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { ApiIdParameter, IdParameter } from '../fields/id-parameter.js';
import { ContactFilterQuery, ContactsCsvQuery } from './contact-list.dto.js';
import { ContactListService } from './contact-list.service.js';

@ApiTags('contacts')
@ApiBearerAuth('bearer')
@OpenToKeys('contacts')
@Controller('campaigns/:campaign_id')
export class ContactExportController {
  constructor(private readonly contacts: ContactListService) {}

  @Get('contacts.csv')
  @Heavy()
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'The contacts of a campaign as CSV, oldest first',
    description:
      'Every custom field has a column, 200 at most: those that most contacts have. `custom_fields` has the ' +
      'others as JSON, and those that are no text. A field that has the name of another column is written ' +
      '`custom_fields.status`. What a spreadsheet would run as a formula has an apostrophe before it. An import ' +
      'reads all of this back, and leaves `id`, `status` and the like.',
  })
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } } } })
  @ApiProblems(['campaign_not_found'])
  exportContactsAsCsv(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
    @Query() query: ContactsCsvQuery,
  ): Promise<StreamableFile> {
    return this.contacts.exportAsCsv({ tenantId: user.tenant_id, campaignId }, query);
  }

  @Get('contacts.ndjson')
  @Heavy()
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'The contacts of a campaign, one JSON object a line, oldest first',
    description: 'Streamed; memory does not grow with the list. Filters are those of the list.',
  })
  @ApiOkResponse({ content: { 'application/x-ndjson': { schema: { type: 'string' } } } })
  @ApiProblems(['campaign_not_found'])
  exportContactsAsNdjson(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
    @Query() query: ContactFilterQuery,
  ): Promise<StreamableFile> {
    return this.contacts.exportAsNdjson({ tenantId: user.tenant_id, campaignId }, query);
  }
}
