/** Reason why PostgreSQL did not start, as its own output tells. */
export type PostgresFailure = 'port_taken' | 'directory_held' | 'old_backends' | 'disk_full' | 'other';

/** Messages of PostgreSQL, in English: `spawnAs` sets the locale. */
const SIGNS: readonly (readonly [RegExp, PostgresFailure])[] = [
  [/No space left on device|Disk quota exceeded/, 'disk_full'],
  [/could not bind .* Address already in use|could not create any TCP\/IP sockets/, 'port_taken'],
  [/lock file "postmaster\.pid" (already exists|is empty)/, 'directory_held'],
  [/pre-existing shared memory block .* is still in use/, 'old_backends'],
];

export function classifyFailure(said: string): PostgresFailure {
  return SIGNS.find(([pattern]) => pattern.test(said))?.[1] ?? 'other';
}

/** Returns the line that names the cause, without its timestamp. */
export function decisiveLine(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const decisive = lines.findLast((line) => /FATAL|PANIC|error:/.test(line)) ?? lines.at(-1);
  return decisive?.replace(/^.*?(?=FATAL|PANIC|error:)/, '').trim() ?? 'it said nothing';
}
