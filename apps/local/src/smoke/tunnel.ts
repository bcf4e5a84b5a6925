import { exchange } from '#telephony/carrier/http-exchange.js';
import { causeOf } from '#telephony/carrier/transport-failure.js';
import type { Probe } from './webhook-listener.js';
import type { SmokeCall } from './smoke-call.js';
import type { SmokeRun } from './smoke-run.js';

const PATIENCE_MS = 10_000;
const MOST_BYTES = 10_000;

/**
 * Sends a question to the webhook address that only this listener can answer. It thus fails before a call is charged
 * whose webhooks would be lost.
 * @returns true if the answer came.
 */
export async function tryTunnel(run: SmokeRun, { request: { webhookUrl } }: SmokeCall, probe: Probe): Promise<boolean> {
  const { publicUrl, host, port } = run.settings.config;
  const obstacle = await obstacleAt(webhookUrl ?? publicUrl, probe);
  if (obstacle === null) {
    run.checklist.judge('tunnel', { mark: '✓', seen: `${publicUrl} leads here` });
    return true;
  }
  const hint =
    `PUBLIC_URL must lead to ${host}:${port} of this machine, by a tunnel or proxy that is up and changes neither ` +
    'path nor body. Nothing was sent.';
  run.checklist.judge('tunnel', { mark: '✗', seen: `${publicUrl} does not lead here: ${obstacle}`, hint });
  return false;
}

/** Returns the obstacle; null: none. */
async function obstacleAt(url: string, { question, answer }: Probe): Promise<string | null> {
  const headers = { 'content-type': 'text/plain', connection: 'close' };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const order = { method: 'POST', body: question, headers, mostBytes: MOST_BYTES, signal } as const;
  try {
    const { status, body } = await exchange(new URL(url), order);
    return body.toString() === answer ? null : `somebody else answers (HTTP ${status})`;
  } catch (error) {
    return `nobody answers (${causeOf(error)})`;
  }
}
