import { Logger, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ChatError } from '#agent/chat-error.js';
import { ChatModel } from '#agent/chat-model.js';
import type { Judge } from '#agent/conclude.js';
import type { Config } from '#config/config.js';
import { ALLOWED_COUNTRIES_HINT } from '#config/operator-config.js';
import { required } from '#config/process-environment.js';
import { Database } from '#database/connection/database.js';
import { DatabaseModule } from '#database/database.module.js';
import { loginDemandOf } from '#database/checks/tenant-isolation-check.js';
import { routeOf } from '#dialer/routes/call-route.js';
import { CallRecorder } from '#dialer/record/call-recorder.js';
import { Concluder } from '#dialer/sweep/concluder.js';
import { operatorRules } from '#dialer/campaigns/operator-rules.js';
import { DialerModule } from '#dialer/dialer.module.js';
import { ImportsModule } from '#dialer/imports/imports.module.js';
import { PeopleModule } from '#dialer/people/people.module.js';
import { personHashFrom, type PersonHash } from '#dialer/people/person-hash.js';
import { SuppressionLog } from '#dialer/restore/suppression-log.js';
import { sinkFor } from '#dialer/restore/suppression-sink.js';
import { QueueModule } from '#queue/queue.module.js';
import { createTelephonyProvider } from '#telephony/create-provider.js';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { ConclusionSchedule } from './schedules/conclusion-schedule.js';
import { DialProcessor, WORKER_CONFIG } from './dial/dial.processor.js';
import { ImportSchedule } from './schedules/import-schedule.js';
import { ProviderDuty } from './dial/provider-duty.js';
import { ProviderReports } from './provider/provider-reports.js';
import { ProviderLease } from './provider/provider-lease.js';
import { SuppressionSchedule } from './schedules/suppression-schedule.js';
import { SweepSchedule } from './schedules/sweep-schedule.js';

const POOL_SIZE = 10;

/** Assembles the worker: it consumes dialer jobs, places calls, and runs the schedules. */
@Module({})
export class WorkerModule {
  static forRoot(config: Config, provider: TelephonyProvider = openProvider(config)): DynamicModule {
    const databaseUrl = required(
      config.databaseUrl,
      'DATABASE_URL',
      'the worker needs a PostgreSQL; `npm start` brings its own.',
    );
    required(config.operator.allowedCountries, 'ALLOWED_COUNTRIES', ALLOWED_COUNTRIES_HINT);
    return {
      module: WorkerModule,
      imports: [
        DatabaseModule.forRoot(databaseUrl, {
          ...config,
          poolSize: POOL_SIZE,
          unnamed: 'engine',
          login: loginDemandOf(config),
        }),
        QueueModule.forRoot({ redisUrl: config.redisUrl, databaseUrl }, 'consumer'),
        DialerModule.forRoot(provider, routeOf(config)),
        PeopleModule.forRoot(personHashOf(config)),
        ImportsModule,
      ],
      providers: [
        operatorRules(config, { isWorker: true }),
        DialProcessor,
        ProviderLease,
        ProviderReports,
        ProviderDuty,
        SweepSchedule,
        ImportSchedule,
        ConclusionSchedule,
        SuppressionSchedule,
        suppressionLogOf(config),
        concluderOver(config),
        { provide: WORKER_CONFIG, useValue: config.worker },
      ],
    };
  }
}

function concluderOver({ telephony: { model } }: Config): Provider {
  const judge = model === null ? NO_MODEL : new ChatModel(model);
  return {
    provide: Concluder,
    inject: [Database, CallRecorder],
    useFactory: (database: Database, recorder: CallRecorder) => new Concluder(database, recorder, judge),
  };
}

function suppressionLogOf({ suppressionLog }: Config): Provider {
  const sink = suppressionLog === null ? null : sinkFor(suppressionLog);
  return {
    provide: SuppressionLog,
    inject: [Database],
    useFactory: (database: Database) => new SuppressionLog(database, sink),
  };
}

/** Judge of a worker without a model. The worker that held the conversation may have had one, or may have one again. */
const NO_MODEL: Judge = { ask: () => Promise.reject(new ChatError('refused', 'LLM_API_URL is not set')) };

function openProvider(config: Config): TelephonyProvider {
  const logger = new Logger('Provider');
  return createTelephonyProvider(config, (text, fields = {}) => logger.log(text, fields));
}

function personHashOf({ personHashKey, authSecret }: Config): PersonHash {
  const secret = personHashKey ?? authSecret;
  return personHashFrom({
    key: personHashKey,
    secret: required(secret, 'AUTH_SECRET', "the worker hashes people's numbers with it; give it the api's."),
  });
}
