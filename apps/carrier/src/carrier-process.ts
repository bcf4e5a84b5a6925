import { once } from 'node:events';
import type { Config } from '#config/config.js';
import { runProcess } from '#runtime/process-main.js';
import { startCarrier } from './carrier-server.js';

await runProcess('outdial-carrier', listen);

async function listen(config: Config): Promise<void> {
  const carrier = await startCarrier(config.carrier, config.telephony.simulator);
  console.log(`outdial-carrier listening on ${carrier.url}`);
  // The parent process can have look-ups answered with 503, over the IPC channel.
  process.on('message', (order: { refusesLookups?: unknown }) => carrier.refuseLookups(order.refusesLookups === true));
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await carrier.close();
}
