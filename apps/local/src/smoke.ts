import { processEnvironment } from '#config/process-environment.js';
import { runCommand } from './start/run-command.js';
import { SYSTEM_CLOCK } from './smoke/clock.js';
import { runSmoke } from './smoke/run-smoke.js';

await runCommand((signal) =>
  runSmoke(process.argv.slice(2), {
    environment: processEnvironment(),
    print: console.log,
    complain: console.error,
    clock: SYSTEM_CLOCK,
    signal,
  }),
);
