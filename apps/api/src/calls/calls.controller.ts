import { Body, Controller, Get, HttpCode, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Critical, Heavy, OpenToKeys } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { User, type CurrentUser } from '../http/current-user.js';
import { ApiIdParameter, IdParameter } from '../fields/id-parameter.js';
import { CallsPage, CallsQuery } from './call-list.dto.js';
import { CallListService } from './call-list.service.js';
import { DispositionAnswer, DispositionBody, CallView, TranscriptAnswer } from './call.dto.js';
import { CallsService } from './calls.service.js';

@ApiTags('calls')
@ApiBearerAuth('bearer')
@OpenToKeys('calls')
@Controller('calls')
export class CallsController {
  constructor(
    private readonly calls: CallsService,
    private readonly lists: CallListService,
  ) {}

  @Get()
  @Heavy()
  @ApiOperation({
    summary: 'Calls of all campaigns, newest first',
    description: 'By pages, or by `cursor` for long lists. Without transcripts: `GET /calls/{call_id}` has them.',
  })
  @ApiOkResponse({ type: CallsPage })
  @ApiProblems([])
  listCalls(@User() user: CurrentUser, @Query() query: CallsQuery): Promise<CallsPage> {
    return this.lists.list(user.tenant_id, query);
  }

  @Get(':call_id')
  @ApiIdParameter('call_id')
  @ApiOperation({
    summary: 'One call, with everything that is known of it',
    description: "With its transcript, its recording's link, its cost and why it was allowed.",
  })
  @ApiOkResponse({ type: CallView })
  @ApiProblems(['call_not_found'])
  getCall(@User() user: CurrentUser, @IdParameter('call_id') callId: string): Promise<CallView> {
    return this.calls.get({ tenantId: user.tenant_id, callId });
  }

  @Get(':call_id/transcript')
  @ApiIdParameter('call_id')
  @ApiOperation({
    summary: 'What was said, by turn and as text',
    description: '404 until the provider has delivered it, which may take some seconds after the end of the call.',
  })
  @ApiOkResponse({ type: TranscriptAnswer })
  @ApiProblems(['call_not_found', 'transcript_not_found'])
  getCallTranscript(@User() user: CurrentUser, @IdParameter('call_id') callId: string): Promise<TranscriptAnswer> {
    return this.calls.transcript({ tenantId: user.tenant_id, callId });
  }

  @Post(':call_id/disposition')
  @Critical()
  @HttpCode(200)
  @ApiIdParameter('call_id')
  @ApiOperation({
    summary: 'Say what the call came to: the person does not want to be called',
    description: 'The number goes on the do-not-call list for good, and is suppressed in every campaign.',
  })
  @ApiOkResponse({ type: DispositionAnswer })
  @ApiProblems(['call_not_found'], { hasBody: true })
  disposeCall(
    @User() user: CurrentUser,
    @IdParameter('call_id') callId: string,
    @Body() _body: DispositionBody,
  ): Promise<DispositionAnswer> {
    return this.calls.optOut({ tenantId: user.tenant_id, callId });
  }

  @Get(':call_id/recording')
  @ApiIdParameter('call_id')
  @ApiOperation({
    summary: 'The recording, as an audio file',
    description: 'As the provider keeps it, WAV as a rule. 404 until it is there, or when there is none.',
  })
  @ApiOkResponse({ content: { 'audio/wav': { schema: { type: 'string', format: 'binary' } } } })
  @ApiProblems(['call_not_found', 'recording_not_found', 'recording_unavailable'])
  async getCallRecording(@User() user: CurrentUser, @IdParameter('call_id') callId: string): Promise<StreamableFile> {
    const { content, contentType, length } = await this.calls.recording({ tenantId: user.tenant_id, callId });
    return new StreamableFile(content, {
      type: contentType,
      length: length ?? undefined,
      disposition: `inline; filename="${callId}.wav"`,
    });
  }
}
