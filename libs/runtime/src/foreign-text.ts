/** Longest foreign text in a log entry. */
const LONGEST = 500;

/**
 * Returns text of callers, providers, models or files for a log entry or an error's message. It has at most 500
 * characters, on one line. An error becomes its name and message.
 */
export function foreignText(value: unknown): string {
  const text = value instanceof Error ? `${value.name}: ${value.message.slice(0, LONGEST + 1)}` : String(value);
  const beginning = text
    .slice(0, LONGEST)
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
    .toWellFormed();
  return text.length > LONGEST ? `${beginning} …` : beginning;
}

/** Longest text of any kind in a log entry. Stacks are longer. */
const LONGEST_LOGGED = 4_000;

/** Shortens every text of a log entry. */
export function shortened(value: unknown): unknown {
  if (typeof value === 'string') return value.length > LONGEST_LOGGED ? `${value.slice(0, LONGEST_LOGGED)} …` : value;
  if (Array.isArray(value)) return value.slice(0, MOST_ENTRIES).map(shortened);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, shortened(entry)]));
}

const MOST_ENTRIES = 100;
