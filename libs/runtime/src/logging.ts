import { ConsoleLogger, type LogLevel as NestLogLevel } from '@nestjs/common';
import type { LogLevel } from '#config/config.js';
import { shortened } from './foreign-text.js';
import { loggedError } from './logged-error.js';
import { LOG_OUTPUTS } from './log-output.js';
import { redacted } from './redaction.js';

const NEST_LEVELS: Readonly<Record<LogLevel, NestLogLevel[]>> = {
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  info: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'],
};

/**
 * Creates the logger of a process. It writes one JSON object per line on standard output, without secrets and phone
 * numbers of people. `context` names the part that logs.
 *
 * Values are fields and no part of the text: `logger.warn("Attempt refunded", { dialer_job_id, err })`. The field `err`
 * is an error with its stack.
 */
export function jsonLogger(level: LogLevel): ConsoleLogger {
  return new RedactingLogger({ json: true, colors: false, flattenParams: true, logLevels: NEST_LEVELS[level] });
}

type PrintOptions = Parameters<ConsoleLogger['printAsJson']>[1];

/** Redacts whole lines, since an error may carry secrets in its message, stack or cause. */
class RedactingLogger extends ConsoleLogger {
  protected override printAsJson(message: unknown, options: PrintOptions): void {
    const line = this.stringifyJsonLogObject(this.getJsonLogObject(message, options));
    LOG_OUTPUTS[options.writeStreamType ?? 'stdout'].write(`${line}\n`);
  }

  protected override stringifyJsonLogObject(logObject: Record<string, unknown>): string {
    const withError = 'err' in logObject ? { ...logObject, err: loggedError(logObject['err']) } : logObject;
    return redacted(super.stringifyJsonLogObject(shortened(withError) as Record<string, unknown>));
  }
}
