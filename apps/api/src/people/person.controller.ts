import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminOnly, Heavy, OpenToKeys } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { ErasureAnswer, PersonBody, PersonExport } from './person.dto.js';
import { PersonService } from './person.service.js';

@ApiTags('people')
@ApiBearerAuth('bearer')
@AdminOnly()
@OpenToKeys('people')
@Controller('people')
export class PersonController {
  constructor(private readonly people: PersonService) {}

  @Post('erase')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Erase a person',
    description:
      'For admins. Names, custom fields, transcripts, messages, recordings, consents and the number go from every ' +
      'campaign; counts, durations and costs stay. A keyed hash of the number keeps the person from being added ' +
      'again. There is no way back.',
  })
  @ApiBody({ type: PersonBody, examples: { one: { value: { phone_number: '+442079460187' } } } })
  @ApiOkResponse({ type: ErasureAnswer })
  @ApiProblems(['admin_required', 'person_on_the_line'], { hasBody: true })
  erasePerson(@User() user: CurrentUser, @Body() body: PersonBody): Promise<ErasureAnswer> {
    return this.people.erase(user.tenant_id, body.phone_number);
  }

  @Post('export')
  @Heavy()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Everything that is stored of a person',
    description: 'For admins. Also of contacts that were removed. Recordings are links.',
  })
  @ApiOkResponse({ type: PersonExport })
  @ApiProblems(['admin_required', 'person_not_found'], { hasBody: true })
  exportPerson(@User() user: CurrentUser, @Body() body: PersonBody): Promise<PersonExport> {
    return this.people.export(user.tenant_id, body.phone_number);
  }
}
