import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Config } from '#config/config.js';
import { jsonLogger } from '#runtime/logging.js';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';
import { WorkerModule } from '../../apps/worker/src/worker.module.js';

/** The real worker, in this process; `provider` stands in for the one that the configuration names. */
export function startWorker(config: Config, provider?: TelephonyProvider): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(WorkerModule.forRoot(config, provider), {
    logger: jsonLogger(config.logLevel),
    abortOnError: false,
  });
}
