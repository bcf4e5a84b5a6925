/** More of what others have written helps no reader of a log. */
const LONGEST = 500;

/**
 * Text that callers, providers, models or files have written, for a log line or the message of an error: the first 500
 * characters, on one line. An error is told by its name and message.
 */
export function foreignText(value: unknown): string {
  const text = value instanceof Error ? `${value.name}: ${value.message.slice(0, LONGEST + 1)}` : String(value);
  const beginning = text
    .slice(0, LONGEST)
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
    .toWellFormed();
  return text.length > LONGEST ? `${beginning} …` : beginning;
}

/** A line of the log holds no text that is longer, wherever it comes from: stacks are. */
const LONGEST_LOGGED = 4_000;

/** Cuts every text in what is about to be logged. */
export function shortened(value: unknown): unknown {
  if (typeof value === 'string') return value.length > LONGEST_LOGGED ? `${value.slice(0, LONGEST_LOGGED)} …` : value;
  if (Array.isArray(value)) return value.slice(0, MOST_ENTRIES).map(shortened);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, shortened(entry)]));
}

const MOST_ENTRIES = 100;
