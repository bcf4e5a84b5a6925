import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Beginning of a named statement in the sources; a name in backticks has a part that differs. */
const STATEMENT =
  /\bname: ['`]([\w${}.-]+)['`],\s*(?:timeoutMs: [\w.]+,\s*)?text:|\bcomposed\(\s*['`]([\w${}.-]+)['`]/g;

const sources = ['libs', 'apps'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.spec)\.ts$/.test(file))
    .map((file) => join(folder, file)),
);

const named = sources.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(STATEMENT)].map(([, name, composed]) => ({
    name: (name ?? composed)!,
    file,
  })),
);

describe('The name of a statement', () => {
  it('is no other statement’s, since a connection keeps one text for each name', () => {
    expect(named.length).toBeGreaterThan(200);
    const shared = named.filter(({ name }, index) => named.findIndex((other) => other.name === name) !== index);
    expect(shared).toEqual([]);
  });
});
