import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '#config/config.js';
import { required } from '#config/process-environment.js';
import { DatabaseModule } from '#database/database.module.js';
import { DialerModule } from '#dialer/dialer.module.js';
import { QueueModule } from '#queue/queue.module.js';
import { createTelephonyProvider } from '#telephony/create-provider.js';
import type { TelephonyProvider } from '#telephony/telephony-provider.js';
import { DialProcessor, WORKER_CONFIG } from './dial.processor.js';
import { ProviderEvents } from './provider-events.js';
import { SweepSchedule } from './sweep-schedule.js';

const POOL_SIZE = 10;

/** Dialer jobs in; calls out. */
@Module({})
export class WorkerModule {
  static forRoot(
    config: Config,
    provider: TelephonyProvider = createTelephonyProvider(config.telephony),
  ): DynamicModule {
    const databaseUrl = required(
      config.databaseUrl,
      'DATABASE_URL',
      'the worker needs a PostgreSQL; `npm start` brings its own.',
    );
    return {
      module: WorkerModule,
      imports: [
        DatabaseModule.forRoot(databaseUrl, POOL_SIZE),
        QueueModule.forRoot({ redisUrl: config.redisUrl, databaseUrl }, 'consumer'),
        DialerModule.forRoot(provider, config.worker.callsPerSecond),
      ],
      providers: [DialProcessor, ProviderEvents, SweepSchedule, { provide: WORKER_CONFIG, useValue: config.worker }],
    };
  }
}
