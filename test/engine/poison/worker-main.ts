import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ChatError } from '#agent/chat-error.js';
import type { Config } from '#config/config.js';
import { Database } from '#database/connection/database.js';
import { DatabaseModule } from '#database/database.module.js';
import { DialerModule } from '#dialer/dialer.module.js';
import { operatorRules } from '#dialer/campaigns/operator-rules.js';
import { ImportRunner } from '#dialer/imports/import-runner.js';
import { ImportsModule } from '#dialer/imports/imports.module.js';
import { routeOf } from '#dialer/routes/call-route.js';
import { PeopleModule } from '#dialer/people/people.module.js';
import { personHashFrom } from '#dialer/people/person-hash.js';
import { CallRecorder } from '#dialer/record/call-recorder.js';
import { Concluder } from '#dialer/sweep/concluder.js';
import { CostLookups } from '#dialer/sweep/cost-lookups.js';
import { QueueModule } from '#queue/queue.module.js';
import type { CallReport } from '#rules/call/call-report.js';
import { createTelephonyProvider } from '#telephony/create-provider.js';
import { armFailpoints } from '#config/failpoints.js';

/** The part of a worker's work that this process does, once; and what it dies of. */
interface Orders {
  readonly config: Config;
  readonly work: 'conclude' | 'import' | 'look';
  /** A name by which the process dies, or freezes, in the middle of writing it down. */
  readonly poison: string;
  readonly isFreezing: boolean;
}

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;

@Module({})
class Engine {}

function dieOf(event: CallReport): void {
  if (!JSON.stringify(event).includes(orders.poison)) return;
  if (!orders.isFreezing) process.kill(process.pid, 'SIGKILL');
  process.stdout.write('frozen\n');
  for (;;);
}

const { config } = orders;
const url = config.databaseUrl!;
armFailpoints(config.failpoints);
const provider = createTelephonyProvider(config);
const app = await NestFactory.createApplicationContext(
  {
    module: Engine,
    imports: [
      DatabaseModule.forRoot(url, { ...config, poolSize: 4, unnamed: 'engine', login: 'any' }),
      QueueModule.forRoot({ redisUrl: null, databaseUrl: url }, 'producer'),
      DialerModule.forRoot(provider, routeOf(config)),
      PeopleModule.forRoot(personHashFrom({ key: 'k'.repeat(32), secret: '' })),
      ImportsModule,
    ],
    providers: [operatorRules(config, { isWorker: true })],
  },
  { logger: ['error', 'warn'], abortOnError: false },
);

const recorder = app.get(CallRecorder);
const record = recorder.record.bind(recorder);
recorder.record = (event) => {
  dieOf(event);
  return record(event);
};

if (orders.work === 'conclude') {
  const judge = { ask: () => Promise.reject(new ChatError('refused', 'nobody is asked')) };
  const concluder = new Concluder(app.get(Database), recorder, judge);
  for (let round = 0; round < 60; round++) {
    await concluder.concludeDue();
    await concluder.settled();
  }
} else if (orders.work === 'look') await app.get(CostLookups).lookUpDueCosts();
else while (await app.get(ImportRunner).runNext(`${process.pid}`));
await app.close();
process.exit(0);
