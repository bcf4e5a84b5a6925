import 'reflect-metadata';
import type { Config } from '#config/config.js';
import { runProcess } from '#runtime/process-main.js';
import { createApp } from './create-app.js';

await runProcess('outdial-api', bootstrap);

async function bootstrap(config: Config): Promise<void> {
  const app = await createApp(config);
  await app.listen(config.port, config.host);
}
