import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DATABASE_RESTORED } from '#database/statements/ops/engage-restored.js';
import { AFTER_RESTORE_HINT } from '#database/watch/database-watch.js';
import { Critical, Probe } from '../access/route-access.js';
import { ApiProblems } from '../errors/api-problems.js';
import { Readiness } from './readiness.js';

class LiveAnswer {
  @ApiProperty({ enum: ['ok'] })
  status: 'ok';
}

class ReadyAnswer {
  @ApiProperty({ enum: ['ok', 'unavailable'] })
  status: 'ok' | 'unavailable';

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description:
      '`database`: `ok`, `unavailable` (no answer), `full`, `read_only`, `unwritable`. `queue`: `ok`, ' +
      '`unavailable`. `dialing`: `ok`, `database_restored`. `suppression_log`: `ok`, `behind`. `log`: `ok`, ' +
      '`full`, `unwritable`.',
    example: { database: 'ok', queue: 'ok', dialing: 'ok', suppression_log: 'ok', log: 'ok' },
  })
  checks: Record<string, string>;

  @ApiProperty({
    type: [String],
    description: 'What an operator has to do; empty while all is well.',
    example: [],
  })
  hints: readonly string[];
}

const DATABASE_HINTS = {
  full: 'The disk of the database is full: nothing is stored and nobody is called until there is room.',
  read_only:
    'The database can be read only: let DATABASE_URL name the primary server, and look whether it allows writing.',
  unwritable: 'The database answers but cannot be written: see its log.',
};

const LOG_HINTS = {
  full: 'The disk of the log is full: lines are lost until there is room. Everything else goes on.',
  unwritable: 'The log cannot be written: lines are lost. Look at what standard output leads to.',
};

@ApiTags('health')
@Critical()
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Probe()
  @Get('livez')
  @ApiOperation({
    summary: 'Is the process alive?',
    description: 'Answers without asking the database or the queue. Restart a process that does not answer.',
  })
  @ApiOkResponse({ type: LiveAnswer })
  @ApiProblems([], { isPublic: true, isProbe: true })
  livez(): LiveAnswer {
    return { status: 'ok' };
  }

  @Probe()
  @Get('readyz')
  @ApiOperation({
    summary: 'Can it do its work?',
    description:
      'Ready means that the database answers and can be written. A log that cannot be written, and a queue that ' +
      'does not answer are told, but the API goes on: what is started meanwhile is dialed later. Of a database ' +
      'that was restored from a backup, `dialing` says so: nothing is dialed until an operator releases it.',
  })
  @ApiOkResponse({ type: ReadyAnswer })
  @ApiServiceUnavailableResponse({ type: ReadyAnswer, description: 'The database does not answer' })
  @ApiProblems([], { isPublic: true, isProbe: true })
  async readyz(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyAnswer> {
    const { database, queue, isRestored, isLogBehind, log } = await this.readiness.check();
    const isReady = database === 'ok';
    if (!isReady) void reply.status(HttpStatus.SERVICE_UNAVAILABLE);
    const checks = {
      database,
      queue,
      dialing: isRestored ? DATABASE_RESTORED : 'ok',
      suppression_log: isLogBehind ? 'behind' : 'ok',
      log,
    };
    const hints = [
      ...(database in DATABASE_HINTS ? [DATABASE_HINTS[database as keyof typeof DATABASE_HINTS]] : []),
      ...(log === 'ok' ? [] : [LOG_HINTS[log]]),
      ...(isRestored ? [`The database was restored from a backup: ${AFTER_RESTORE_HINT}`] : []),
      ...(isLogBehind
        ? ['SUPPRESSION_LOG cannot be written: see the log of the worker, and npm run ops -- suppression-log']
        : []),
    ];
    return { status: isReady ? 'ok' : 'unavailable', checks, hints };
  }
}
