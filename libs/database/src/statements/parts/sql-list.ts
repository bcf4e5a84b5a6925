/**
 * Renders words of the code, such as statuses, as literals of an SQL list. They stay in the text of the statement:
 * PostgreSQL matches a partial index against constants only.
 */
export function sqlList(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}
