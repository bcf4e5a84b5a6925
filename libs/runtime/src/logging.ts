import { ConsoleLogger, type LogLevel as NestLogLevel } from '@nestjs/common';
import type { LogLevel } from '#config/config.js';
import { shortened } from './foreign-text.js';
import { LOG_OUTPUTS } from './log-output.js';
import { redacted } from './redaction.js';

const NEST_LEVELS: Readonly<Record<LogLevel, NestLogLevel[]>> = {
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  info: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'],
};

/**
 * One JSON object per line on standard output, without numbers of people and secrets; `context` says which part speaks.
 */
export function jsonLogger(level: LogLevel): ConsoleLogger {
  return new RedactingLogger({ json: true, colors: false, logLevels: NEST_LEVELS[level] });
}

type PrintOptions = Parameters<ConsoleLogger['printAsJson']>[1];

/** Redacts whole lines: whatever an error carries in its message, stack or cause. */
class RedactingLogger extends ConsoleLogger {
  protected override printAsJson(message: unknown, options: PrintOptions): void {
    const line = this.stringifyJsonLogObject(this.getJsonLogObject(message, options));
    LOG_OUTPUTS[options.writeStreamType ?? 'stdout'].write(`${line}\n`);
  }

  protected override stringifyJsonLogObject(logObject: Record<string, unknown>): string {
    return redacted(super.stringifyJsonLogObject(shortened(logObject) as Record<string, unknown>));
  }
}
