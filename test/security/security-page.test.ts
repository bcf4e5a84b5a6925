import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operationsOf, type Document, type Schema } from './operations.js';

const PAGE = readFileSync('docs/security.md', 'utf8');

/** Files of tests, and titles that stand behind them: a title belongs to the file that was named last. */
const NAMED = /`([\w/.-]+\.(?:test|spec)\.ts)`|"([^"`|]{8,})"/g;

interface NamedTest {
  readonly file: string;
  readonly title: string;
}

function namedTests(): NamedTest[] {
  let file = '';
  return [...PAGE.replaceAll(/\s+/g, ' ').matchAll(NAMED)].flatMap(([, path, title]) => {
    file = path ?? file;
    return title === undefined || file === '' ? [] : [{ file, title: title.replace(/^… /, '') }];
  });
}

/** Words of the page that are no titles. */
const OTHER_QUOTES = new Set(['May do more', 'A value in a prompt']);

function hasTitle({ file, title }: NamedTest): boolean {
  return readFileSync(file, 'utf8').replaceAll("\\'", "'").includes(title);
}

/** Rows of the tables whose last column says by which test a claim is held. */
function claimRows(): string[] {
  const tables = PAGE.split(/\n\n/).filter((part) => /^\|.*\| (?:held by|test) +\|\n/.test(part));
  return tables.flatMap((table) => table.split('\n').slice(2)).filter((line) => line.startsWith('|'));
}

describe('The page on security', () => {
  it('names tests that are there', () => {
    const tests = namedTests().filter(({ title }) => !OTHER_QUOTES.has(title));
    expect(tests.length).toBeGreaterThan(50);
    expect(tests.filter(({ file }) => !existsSync(file))).toEqual([]);
    expect(tests.filter((test) => !hasTitle(test))).toEqual([]);
  });

  it('names a test by its title for every claim of a table', () => {
    const rows = claimRows();
    expect(rows.length).toBeGreaterThan(30);
    const unheld = rows.filter((row) => !/`[\w/.-]+\.(?:test|spec)\.ts`.*"[^"]{8,}"|\| the same test +\|$/.test(row));
    expect(unheld).toEqual([]);
  });

  it('is right that the API takes no URL but that of a piece of evidence, which is never called', () => {
    const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as Document;
    const names = operationsOf(document).flatMap(({ bodySchema, queryParameters }) => [
      ...fieldsOf(bodySchema),
      ...queryParameters.map(({ name }) => name),
    ]);
    expect([...new Set(names.filter((name) => /ur[li]|host|address|endpoint/i.test(name)))]).toEqual(['evidence_url']);
  });

  function fieldsOf(schema: Schema | null): string[] {
    return Object.entries(schema?.properties ?? {}).flatMap(([name, field]) => [name, ...fieldsOf(field)]);
  }
});
