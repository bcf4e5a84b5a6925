import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { Config } from '#config/config.js';
import { jsonLogger } from '#runtime/logging.js';
import { runProcess } from '#runtime/process-main.js';
import { WorkerModule } from './worker.module.js';

await runProcess('outdial-worker', bootstrap);

async function bootstrap(config: Config): Promise<void> {
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(config), {
    logger: jsonLogger(config.logLevel),
    abortOnError: false,
  });
  app.enableShutdownHooks([], { useProcessExit: true });
}
