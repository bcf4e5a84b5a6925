import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALLOWED, MOST_ENTRIES } from './allowed-names.mjs';
import { measure } from './measure.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'outdial-readability-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Writes files below the root. */
function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** The figure of this key for these files. */
function figure(key: string, files: Record<string, string>) {
  write(files);
  const found = measure(root).find((each) => each.key === key);
  if (found === undefined) throw new Error(`There is no figure ${key}.`);
  return found;
}

const places = (key: string, files: Record<string, string>) =>
  figure(key, files).places.map(({ path, at, text }) => `${path}:${at}: ${text}`);

const SOURCE = 'libs/rules/src/sample.ts';
const words = (count: number) => Array.from({ length: count }, (_, n) => `word${n}`).join(' ');

describe('The openings of doc comments', () => {
  const text = [
    '/** Of a call, its end. */',
    'const a = 1;',
    '/** The same of a lead. */',
    'const b = 2;',
    '/** Item of a list, Official or Italian; it ends here. */',
    'const c = 3;',
    '/** @returns what was said. */',
    'const d = 4;',
    '// Of a call: no doc comment.',
    'const e = "/** Of a text. */";',
    '/**',
    ' * Whoever calls.',
    ' */',
    'const f = 5;',
    '/** What it is. */',
    'const g = 6;',
    '/** As-is copy of a call. */',
    'const h = 7;',
    '/** The gate that is shut. */',
    'const i = 8;',
  ].join('\n');

  it('count when they refer to nothing, and not when a longer word or another comment begins so', () => {
    expect(places('empty-openings', { [SOURCE]: text })).toEqual([
      `${SOURCE}:1: Of a call, its end.`,
      `${SOURCE}:3: The same of a lead.`,
      `${SOURCE}:11: Whoever calls.`,
    ]);
  });

  it('count apart when they are neither a verb nor a noun', () => {
    expect(places('weak-openings', { [SOURCE]: text })).toEqual([`${SOURCE}:15: What it is.`]);
  });
});

describe('Names with an overloaded word', () => {
  it('count once for each declaration, and not where they are used, imported or part of a longer word', () => {
    const text = [
      "import { lines } from './lines-of.js';",
      "import { route as line } from './route.js';",
      'const baseline = lines(1), deadline = 2, onlineHolder = 3, refused = 4, mistaken = 5;',
      'function holdLeads({ lane }: { lane: string }) { return { line: lane, room: 1 }; }',
      'class CallbackDesk { #bells = 1; static REFUSAL_CODE = 2; take_turn(walls: number) { return walls; } }',
      'enum State { Taken }',
      'type HTMLLine = string;',
    ].join('\n');
    expect(places('names', { [SOURCE]: text }).map((place) => place.replace(`${SOURCE}:`, ''))).toEqual([
      '2: line (line)',
      '4: holdLeads (hold)',
      '4: lane (lane)',
      '4: lane (lane)',
      '5: CallbackDesk (desk)',
      '5: #bells (bell)',
      '5: REFUSAL_CODE (refusal)',
      '5: take_turn (take)',
      '5: walls (wall)',
      '6: Taken (take)',
      '7: HTMLLine (line)',
    ]);
  });

  it('count for files, folders, tables and columns', () => {
    const schema =
      'CREATE TABLE pacing (\n  line text PRIMARY KEY,\n  next_at date -- line\n);\n\nCREATE TABLE walls (\n);\n';
    const files = { 'libs/rules/src/lines/a-room.ts': '', 'database/schema.sql': schema, 'docs/lines.md': '' };
    expect(places('names', files)).toEqual([
      'libs/rules/src/lines:1: lines (line)',
      'libs/rules/src/lines/a-room.ts:1: a-room.ts (room)',
      'database/schema.sql:2: line (line)',
      'database/schema.sql:6: walls (wall)',
    ]);
  });

  it('are allowed by a list that is short and gives a reason for each entry', () => {
    expect(ALLOWED.length).toBeLessThanOrEqual(MOST_ENTRIES);
    expect(ALLOWED.filter(({ reason }) => !reason.endsWith('.'))).toEqual([]);
    expect(places('names', { 'libs/csv/src/a.ts': 'const line = 1, lane = 2;' })).toEqual([
      'libs/csv/src/a.ts:1: lane (lane)',
    ]);
  });
});

describe('Long sentences', () => {
  it('count over 20 words, each by itself, with code, links and addresses as one word', () => {
    const text = [
      `/** ${words(20)}. ${words(21)}. \`${words(30)}\` is code. */`,
      'const a = 1;',
      `// ${words(15)}`,
      `// ${words(6)}`,
      'const b = `',
      `  SELECT 1 -- ${words(22)}`,
      '`;',
      `const c = '// ${words(30)}';`,
      `// e.g. ${words(17)} (see https://example.com/a-b.c?d=e).`,
    ].join('\n');
    const found = places('sentences', { [SOURCE]: text }).map((place) => place.replace(/ words: .*/, ''));
    expect(found).toEqual([`${SOURCE}:1: 21`, `${SOURCE}:3: 21`, `${SOURCE}:6: 22`]);
  });

  it('count in the architecture page, where each item and each cell of a table is a text of its own', () => {
    const page = [
      '# Title',
      '',
      `| ${words(12)} | ${words(12)} |`,
      '',
      `- ${words(12)}`,
      `- ${words(12)}`,
      '',
      `A [link](https://example.com/${'x'.repeat(20)}) ${words(18)}.`,
      '',
      '```mermaid',
      words(40),
      '```',
      words(11),
      words(11),
    ].join('\n');
    const { places: found, today } = figure('architecture', { 'docs/architecture.md': page, 'docs/b.md': words(30) });
    expect(found.map(({ at }) => at)).toEqual([13]);
    expect(today).toBe('14.3 % (1 of 7)');
  });
});

describe('Wide lines', () => {
  it('count over 120 columns, in characters, and not in tables of documents', () => {
    const wide = 'é'.repeat(121);
    expect(places('columns', { [SOURCE]: `// ${'é'.repeat(117)}\n// ${'é'.repeat(118)}\n` })).toEqual([
      `${SOURCE}:2: 121 columns`,
    ]);
    expect(places('doc-columns', { 'docs/a.md': `| ${wide} |\n${wide}\n` })).toEqual(['docs/a.md:2: 121 columns']);
  });
});

const SCHEMA = `CREATE TABLE calls (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  name text NOT NULL,
  status text NOT NULL
);
CREATE UNIQUE INDEX calls_name_key ON calls (tenant_id, name);
CREATE UNIQUE INDEX calls_live ON calls (status) WHERE status = 'live';
`;

describe('Writes of single rows', () => {
  const statements = (...texts: string[]) => ({
    'database/schema.sql': SCHEMA,
    [SOURCE]: texts.map((text, n) => `const s${n} = \`${text}\`;`).join('\n'),
  });
  const rowsOf = (files: Record<string, string>) => figure('hand-writes', files).places.map(({ at }) => at);

  it('count by hand when they name one row by a unique key or by its values', () => {
    const files = statements(
      'INSERT INTO calls (id, name) VALUES ($1, lower($2)) ON CONFLICT (id) DO NOTHING RETURNING id',
      'UPDATE calls SET status = $2 WHERE id = $1',
      'DELETE FROM calls c WHERE c.tenant_id = $1 AND c.name = $2',
    );
    expect(rowsOf(files)).toEqual([1, 2, 3]);
  });

  it('do not count when several rows, a lock, a CTE or another table are in them, or none is written', () => {
    const files = statements(
      'INSERT INTO calls (id) SELECT unnest($1::uuid[])',
      'INSERT INTO calls (id) VALUES ($1), ($2)',
      'UPDATE calls SET status = $1 WHERE status = $2',
      'UPDATE calls SET status = $2 WHERE id = ANY($1)',
      'UPDATE calls SET status = $2 FROM leads WHERE calls.id = $1',
      'UPDATE calls SET status = $2 WHERE id = $1 OR name = $3',
      'WITH old AS (DELETE FROM calls WHERE id = $1 RETURNING *) SELECT * FROM old',
      'DELETE FROM calls WHERE id IN (SELECT id FROM calls LIMIT 1 FOR UPDATE SKIP LOCKED)',
      'SELECT id FROM calls WHERE id = $1 FOR UPDATE',
      'DELETE FROM strangers WHERE id = $1',
    );
    expect(rowsOf(files)).toEqual([]);
  });

  it('count as managed when they go through TypeORM, and not when something else has the same verb', () => {
    const text = [
      "import { Call } from '#database/entities/call.entity.js';",
      'await manager.save(call);',
      'await this.calls.manager.getRepository(Call).update({ id }, { status });',
      'await sql.rows.insert(Call, { id });',
      "await manager.createQueryBuilder().update(Call).set({ status }).where('id = :id', { id }).execute();",
      "createHash('sha256').update(text).digest();",
      'new Map().delete(id); cache.insert(id); manager.find(Call);',
    ].join('\n');
    expect(figure('managed-writes', { [SOURCE]: text }).places.map(({ at }) => at)).toEqual([2, 3, 4, 5]);
  });
});

describe('Circles of folders', () => {
  const imports = {
    '#dialer/*.js': { 'outdial-source': './libs/dialer/src/*.ts', default: './dist/libs/dialer/src/*.js' },
  };

  it('are found through subpath and relative imports, types too', () => {
    const files = {
      'package.json': JSON.stringify({ imports }),
      'libs/dialer/src/claim/a.ts': "import type { B } from '../place/b.js';",
      'libs/dialer/src/place/b.ts': "import { c } from '#dialer/record/c.js';",
      'libs/dialer/src/record/c.ts': "export { a } from '../claim/a.js';",
    };
    expect(figure('circles', files).places.map(({ text }) => text)).toEqual([
      'libs/dialer/src/claim → libs/dialer/src/place → libs/dialer/src/record → libs/dialer/src/claim',
    ]);
  });

  it('are not made by a folder and its own parts, by tests or by packages', () => {
    const files = {
      'package.json': JSON.stringify({ imports }),
      'libs/dialer/src/module.ts': "import './claim/a.js'; import 'place';",
      'libs/dialer/src/claim/a.ts': "import '../module.js'; import './deep/d.js';",
      'libs/dialer/src/claim/deep/d.ts': "import '../a.js'; import '../../place/b.js';",
      'libs/dialer/src/place/b.ts': '',
      'libs/dialer/src/place/b.spec.ts': "import '../claim/a.js';",
    };
    expect(places('circles', files)).toEqual([]);
  });
});

describe('Logs', () => {
  const text = [
    "logger.warn({ err, id }, 'call failed');",
    'this.logger.error(`Call ${id} failed`);',
    "log.info('Started');",
    "this.logger.log('Call ' + id);",
    'console.log(`Call ${id}`);',
    'Math.log(`${id}`); this.catalog.warn(`${id}`);',
    'const a = String(error) + String(this.error) + String(count);',
    "logger.warn('Call ' + 'failed'); logger.warn('Call ' + id + ' failed');",
  ].join('\n');

  it('count when their text is put together, and not when they are objects or plain sentences', () => {
    const { places: found, today } = figure('text-logs', { [SOURCE]: text });
    expect(found.map(({ at }) => at)).toEqual([2, 4, 8]);
    expect(today).toBe('3 of 6');
  });

  it('count errors that lose their stack', () => {
    expect(places('string-errors', { [SOURCE]: text })).toEqual([`${SOURCE}:7: String(error)`]);
  });
});

describe('Sizes', () => {
  it('tell small files that one file imports, not those of two, of none, or of 25 lines', () => {
    const lines = (count: number) => 'const a = 1;\n'.repeat(count);
    const files = {
      'libs/rules/src/once.ts': lines(24),
      'libs/rules/src/twice.ts': lines(1),
      'libs/rules/src/long.ts': lines(25),
      'libs/rules/src/a.ts': `import './once.js'; import './twice.js'; import './long.js';\n${lines(30)}`,
      'libs/rules/src/b.ts': `import './twice.js';\n${lines(30)}`,
      'libs/rules/src/b.spec.ts': "import './once.js';",
    };
    expect(places('small-files', files)).toEqual(['libs/rules/src/once.ts:1: 24 lines']);
  });

  it('tell the lines of functions', () => {
    const body = (count: number) => `function f() {\n${'  a();\n'.repeat(count - 2)}}\n`;
    const text = Array.from({ length: 10 }, (_, n) => body(n + 3)).join('');
    expect(figure('functions', { [SOURCE]: text }).today).toBe('8 / 12 / 12');
  });
});
