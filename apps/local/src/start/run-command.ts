import { inspect } from 'node:util';
import { keepFilesPrivate } from '#config/private-files.js';
import { redacted } from '#runtime/redaction.js';
import { ConfigurationError } from '#config/settings.js';
import { StartError } from '../processes/start-error.js';

/**
 * Runs a command of the launcher to its end and ends the process: with the exit code that it returns (0 where it
 * returns none), with 0 when a signal asked for it, with 1 after an error. `work` is told by `signal`, and has cleaned
 * up when it returns or throws.
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

/** Ctrl-C, a terminal that closes, a process manager: each asks once, and asking again changes nothing. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}

/** Writing to a terminal or a pipe that is gone must not end the launcher before it has stopped what it started. */
function outliveTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

function isOwnAbort(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && error === signal.reason;
}

function isExpected(error: unknown): error is Error {
  return error instanceof StartError || error instanceof ConfigurationError;
}
