import { applyDecorators, Controller, Get, HttpCode, Post, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NewImport } from '#database/statements/imports/receive-import.js';
import { Heavy, OpenToKeys } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { CsvQuery } from '../fields/csv-query.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { ApiIdParameter, IdParameter } from '../fields/id-parameter.js';
import { ContactImportQuery, DncImportQuery, ImportAnswer, ImportsPage, ImportsQuery } from './import.dto.js';
import { ImportsService } from './imports.service.js';

const BINARY = { type: 'string', format: 'binary' } as const;

const AcceptsFile = () =>
  applyDecorators(
    HttpCode(202),
    ApiConsumes('multipart/form-data', 'text/csv', 'application/gzip'),
    ApiBody({ schema: { type: 'object', required: ['file'], properties: { file: BINARY } } }),
    ApiAcceptedResponse({ type: ImportAnswer, headers: { Location: { schema: { type: 'string' } } } }),
  );

const OPERATORS = ['too_many_imports', 'import_bytes_full'] as const;

@ApiTags('imports')
@ApiBearerAuth('bearer')
@OpenToKeys('imports')
@Controller()
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Post('campaigns/:campaign_id/imports')
  @AcceptsFile()
  @ApiIdParameter('campaign_id')
  @ApiOperation({
    summary: 'Import contacts from a CSV file of any size',
    description:
      'As the body itself (`--data-binary @contacts.csv -H "Content-Type: text/csv"`) or as the file of a form; ' +
      'gzip too. Encoding, delimiter and columns are found out; columns without a field become custom fields. The ' +
      'answer comes once the file is kept: `GET /imports/{id}` shows how far it is.',
  })
  @ApiProblems(['campaign_not_found', 'campaign_closed', 'file_too_large', ...OPERATORS], { hasBody: true })
  importContacts(
    @User() user: CurrentUser,
    @IdParameter('campaign_id') campaignId: string,
    @Query() query: ContactImportQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportAnswer> {
    return this.receive({ request, reply }, { tenantId: user.tenant_id, kind: 'contacts', campaignId }, query);
  }

  @Post('dnc/imports')
  @AcceptsFile()
  @ApiOperation({
    summary: 'Import numbers that must not be called from a CSV file of any size',
    description:
      'Columns: every telephone, and if they are there reason and expires_at; a list of bare numbers needs no ' +
      'header. A number that can be read is listed whatever else is wrong with its row. An end that cannot be ' +
      'read, is two dates, or stands for none (1970-01-01) lists it for good; of several ends the latest counts. ' +
      'A stray quote costs its own row alone. `found.unread_columns` names columns that may hold telephone ' +
      'numbers and were not read. As for contacts otherwise.',
  })
  @ApiProblems(['file_too_large', ...OPERATORS], { hasBody: true })
  importDncEntries(
    @User() user: CurrentUser,
    @Query() query: DncImportQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportAnswer> {
    return this.receive({ request, reply }, { tenantId: user.tenant_id, kind: 'dnc', campaignId: null }, query);
  }

  @Get('imports')
  @Heavy()
  @ApiOperation({
    summary: 'Imports, newest first',
    description: 'Of contacts and of do-not-call lists, with their counts.',
  })
  @ApiOkResponse({ type: ImportsPage })
  @ApiProblems([])
  listImports(@User() user: CurrentUser, @Query() query: ImportsQuery): Promise<ImportsPage> {
    return this.imports.list(user.tenant_id, query);
  }

  @Get('imports/:import_id')
  @ApiIdParameter('import_id')
  @ApiOperation({
    summary: 'How far an import is, and what came of its rows so far',
    description:
      '`status` goes from `receiving` over `queued` and `running` to `completed`, `failed` or `canceled`; counts ' +
      'grow meanwhile.',
  })
  @ApiOkResponse({ type: ImportAnswer })
  @ApiProblems(['import_not_found'])
  async getImport(@User() user: CurrentUser, @IdParameter('import_id') importId: string): Promise<ImportAnswer> {
    return { import: await this.imports.get({ tenantId: user.tenant_id, importId }) };
  }

  @Get('imports/:import_id/rows.csv')
  @Heavy()
  @ApiIdParameter('import_id')
  @ApiOperation({
    summary:
      'Every row that was not created, or not as it stood, with its number in the file, its value and the reason',
    description: 'The header of the file is row 1. Kept for 30 days after the import has ended.',
  })
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } } } })
  @ApiProblems(['import_not_found'])
  getImportRows(
    @User() user: CurrentUser,
    @IdParameter('import_id') importId: string,
    @Query() query: CsvQuery,
  ): Promise<StreamableFile> {
    return this.imports.rowsFile({ tenantId: user.tenant_id, importId }, query);
  }

  @Post('imports/:import_id/cancel')
  @HttpCode(200)
  @ApiIdParameter('import_id')
  @ApiOperation({
    summary: 'Stop an import; what it has stored stays',
    description: 'Rows that are being stored are finished. `POST /imports/{import_id}/undo` removes what is stored.',
  })
  @ApiOkResponse({ type: ImportAnswer })
  @ApiProblems(['import_not_found', 'import_over'], { isWrite: true })
  async cancelImport(@User() user: CurrentUser, @IdParameter('import_id') importId: string): Promise<ImportAnswer> {
    return { import: await this.imports.cancel({ tenantId: user.tenant_id, importId }) };
  }

  @Post('imports/:import_id/undo')
  @HttpCode(202)
  @ApiIdParameter('import_id')
  @ApiOperation({
    summary: 'Undo what an import has added',
    description:
      'Contacts that were never dialed go, revived ones are removed again; of a do-not-call import, the entries ' +
      'that it alone has brought. What it has updated or made longer stays so.',
  })
  @ApiAcceptedResponse({ type: ImportAnswer })
  @ApiProblems(['import_not_found', 'import_not_undoable'], { isWrite: true })
  async undoImport(@User() user: CurrentUser, @IdParameter('import_id') importId: string): Promise<ImportAnswer> {
    return { import: await this.imports.undo({ tenantId: user.tenant_id, importId }) };
  }

  private async receive(
    { request, reply }: { request: FastifyRequest; reply: FastifyReply },
    wanted: NewImport,
    query: ContactImportQuery | DncImportQuery,
  ): Promise<ImportAnswer> {
    const received = await this.imports.receive(request, wanted, query);
    void reply.header('location', `/api/v1/imports/${received.id}`);
    return { import: received };
  }
}
