import { inspect } from 'node:util';
import { keepFilesPrivate } from '#config/private-files.js';
import { redacted } from '#runtime/redaction.js';
import { ConfigurationError } from '#config/settings.js';
import { StartError } from '../processes/start-error.js';

/**
 * Runs a command to its end and ends the process. The exit code is the command's own (0 by default), 0 after a signal,
 * 1 after an error. `signal` tells `work` to stop. `work` has cleaned up when it returns or throws.
 */
export async function runCommand(work: (signal: AbortSignal) => Promise<number | void>): Promise<never> {
  process.title = 'outdial-local';
  keepFilesPrivate();
  const stopping = stopSignal();
  outliveTerminal();
  let exitCode = 0;
  try {
    exitCode = (await work(stopping)) ?? 0;
  } catch (error) {
    if (!isOwnAbort(error, stopping)) {
      console.error(isExpected(error) ? error.message : redacted(inspect(error)));
      process.exit(1);
    }
  }
  process.exit(exitCode);
}

/** Listens for the signals of Ctrl-C, a closed terminal and a process manager. Further signals change nothing. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}

/** Ignores write errors of a closed terminal or pipe: the launcher must still stop its children. */
function outliveTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

function isOwnAbort(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && error === signal.reason;
}

function isExpected(error: unknown): error is Error {
  return error instanceof StartError || error instanceof ConfigurationError;
}
