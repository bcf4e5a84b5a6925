import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const CONFIG_FOLDER = 'libs/config/src';

/** Read from the environment of this process or of its tests alone. */
const NOT_FOR_OPERATORS = new Set([
  'NODE_ENV',
  'OUTDIAL_FAILPOINTS',
  'OUTDIAL_FAILPOINTS_LOG',
  'OUTDIAL_RESTORE_SIGNS_OFF',
]);

/** `settings.text('NAME'`, `needed(settings, 'NAME'`: however a setting is read. */
const READS = /(?:\.(?:text|url|number|choice|secret)\(|\(settings, )\s*'([A-Z][A-Z0-9_]+)'/g;

describe('.env.example', () => {
  it('has every setting that is read', async () => {
    const files = (await readdir(CONFIG_FOLDER)).filter((name) => /(?<!\.spec|\.fixture)\.ts$/.test(name));
    const sources = await Promise.all(files.map((name) => readFile(join(CONFIG_FOLDER, name), 'utf8')));
    const read = new Set(sources.flatMap((source) => [...source.matchAll(READS)].map(([, name]) => name!)));
    expect(read.size).toBeGreaterThan(30);
    const example = await readFile('.env.example', 'utf8');
    const missing = [...read].filter((name) => !NOT_FOR_OPERATORS.has(name) && !example.includes(`\n#${name}=`));
    expect(missing).toEqual([]);
  });
});
