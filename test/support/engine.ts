import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DatabaseModule } from '#database/database.module.js';
import { operatorRules } from '#dialer/campaigns/operator-rules.js';
import { routeOf } from '#dialer/routes/call-route.js';
import { DialerModule } from '#dialer/dialer.module.js';
import { QueueModule } from '#queue/queue.module.js';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { testConfig } from './test-config.js';

const POOL_SIZE = 6;

@Module({})
class EngineModule {
  static forRoot(databaseUrl: string, provider: TelephonyProvider): DynamicModule {
    const config = testConfig(databaseUrl);
    return {
      module: EngineModule,
      imports: [
        DatabaseModule.forRoot(databaseUrl, {
          ...config,
          poolSize: POOL_SIZE,
          unnamed: 'engine',
          login: 'any',
        }),
        QueueModule.forRoot({ redisUrl: null, databaseUrl }, 'producer'),
        DialerModule.forRoot(provider, routeOf(config)),
      ],
      providers: [operatorRules(config, { isWorker: true })],
    };
  }
}

/** The dialing engine in which nothing happens by itself: no worker takes jobs from the queue, and no sweeper runs. */
export function startEngine(databaseUrl: string, provider: TelephonyProvider): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(EngineModule.forRoot(databaseUrl, provider), {
    logger: false,
    abortOnError: false,
  });
}
