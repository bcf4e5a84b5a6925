import { banner } from './banner.js';
import { startSystem } from './local-system.js';
import { whenAborted } from './patience.js';
import { runCommand } from './run-command.js';

await runCommand(async (signal) => {
  const system = await startSystem({ signal, onProgress: console.log });
  console.log(banner(system));
  const failure = await Promise.race([system.gaveUp, whenAborted(signal).then(() => null)]);
  console.log('Stopping …');
  await system.stop();
  if (failure) throw failure;
});
