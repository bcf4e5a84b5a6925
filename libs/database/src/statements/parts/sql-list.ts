/**
 * Renders words of the code, such as statuses, as literals of an SQL list. A list stays part of the statement's text:
 * PostgreSQL uses a partial index only if it knows the values when it plans.
 */
export function sqlList(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}
