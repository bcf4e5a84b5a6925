import { foreignText } from './foreign-text.js';

const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Causes of causes that are logged. */
const MOST_CAUSES = 3;

/**
 * Returns the fields of an error for a log entry: name, message (500 characters), code, stack and cause. Other
 * properties are left out: those of a database error hold the values of a statement.
 */
export function loggedError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: foreignText(error) };
  const { name, message, stack, cause } = error;
  const { code } = error as { readonly code?: unknown };
  return {
    name,
    message: foreignText(message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(stack === undefined ? {} : { stack: framesOf(stack) }),
    ...(cause === undefined || depth >= MOST_CAUSES ? {} : { cause: loggedError(cause, depth + 1) }),
  };
}

/** Leaves out the message, which begins a stack and may be long. */
function framesOf(stack: string): string {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.map((line) => line.replaceAll(UNSAFE, ' ').trim()).join('\n');
}
