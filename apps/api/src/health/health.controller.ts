import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public, Unlimited } from '../auth/access.js';
import { Readiness } from './readiness.js';

class LiveAnswer {
  @ApiProperty({ enum: ['ok'] })
  status: 'ok';
}

class ReadyAnswer {
  @ApiProperty({ enum: ['ok', 'unavailable'] })
  status: 'ok' | 'unavailable';

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { database: 'ok', queue: 'ok' } })
  checks: Record<string, 'ok' | 'unavailable'>;
}

@ApiTags('health')
@Public()
@Unlimited()
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('livez')
  @ApiOperation({ summary: 'Is the process alive?' })
  @ApiOkResponse({ type: LiveAnswer })
  livez(): LiveAnswer {
    return { status: 'ok' };
  }

  @Get('readyz')
  @ApiOperation({
    summary: 'Can it do its work?',
    description:
      'Ready means that the database answers. A queue that does not is told, but the API goes on: what is started meanwhile is dialed later.',
  })
  @ApiOkResponse({ type: ReadyAnswer })
  @ApiServiceUnavailableResponse({ type: ReadyAnswer })
  async readyz(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyAnswer> {
    const checks = await this.readiness.check();
    const isReady = checks.database === 'ok';
    if (!isReady) void reply.status(HttpStatus.SERVICE_UNAVAILABLE);
    return { status: isReady ? 'ok' : 'unavailable', checks };
  }
}
