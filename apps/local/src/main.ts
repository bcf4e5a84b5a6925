import { banner } from './start/banner.js';
import { startSystem } from './start/local-system.js';
import { whenAborted } from './processes/patience.js';
import { runCommand } from './start/run-command.js';

await runCommand(async (signal) => {
  const system = await startSystem({ signal, onProgress: console.log });
  console.log(banner(system));
  const failure = await Promise.race([system.gaveUp, whenAborted(signal).then(() => null)]);
  console.log('Stopping …');
  await system.stop();
  if (failure) throw failure;
});
