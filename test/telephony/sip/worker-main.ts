import { createInterface } from 'node:readline';
import { SipProvider } from '../../../libs/telephony/src/sip/sip-provider.js';
import type { SipSettings } from '../../../libs/telephony/src/sip/engine/sip-settings.js';
import type { PlaceCallRequest } from '../../../libs/telephony/src/port/telephony-provider.js';

/**
 * A worker with nothing but a provider: takes requests, a line each, and writes down what comes of them. To be killed.
 */
const provider = new SipProvider(JSON.parse(process.argv[2] ?? '') as SipSettings);
provider.claim();
provider.stream((event) => say({ event }));

const readiness = setInterval(() => {
  if (!provider.isReady) return;
  clearInterval(readiness);
  say({ ready: true });
}, 20);

createInterface({ input: process.stdin }).on('line', (order) => {
  const request = JSON.parse(order) as PlaceCallRequest;
  const placed = provider.placeCall({ ...request, placedAt: new Date() }, AbortSignal.timeout(10_000));
  void placed.then((result) => say({ result }));
});

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
