import { inspect } from 'node:util';
import type { Config } from '#config/config.js';
import { armFailpoints } from '#config/failpoints.js';
import { EXIT_CONFIGURATION } from './open-files.js';
import { keepFilesPrivate } from '#config/private-files.js';
import { processConfig } from '#config/process-environment.js';
import { redacted } from './redaction.js';
import { ConfigurationError } from '#config/settings.js';

/**
 * Runs an app's `main` with this process's configuration. Under a supervisor (an IPC channel) the process ends when the
 * supervisor does. A wrong setting ends it with one sentence and exit code 78. Any other failure at boot ends it with
 * exit code 1.
 */
export async function runProcess(title: string, main: (config: Config) => Promise<void>): Promise<void> {
  process.title = title;
  keepFilesPrivate();
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  try {
    const config = processConfig();
    armFailpoints(config.failpoints);
    await main(config);
  } catch (error) {
    const isConfiguration = error instanceof ConfigurationError;
    console.error(isConfiguration ? `${title}: ${error.message}` : redacted(inspect(error)));
    process.exit(isConfiguration ? EXIT_CONFIGURATION : 1);
  }
}
