import { pause } from '../../apps/local/src/processes/patience.js';

/** @throws the signal's reason once it is aborted. */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await pause(milliseconds, signal);
  signal.throwIfAborted();
}
