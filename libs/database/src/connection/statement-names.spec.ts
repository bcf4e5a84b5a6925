import { beforeEach, describe, expect, it } from 'vitest';
import { StatementNames } from './statement-names.js';

describe('StatementNames', () => {
  let names: StatementNames;

  beforeEach(() => {
    names = new StatementNames();
  });

  it('gives a text the same name each time, and another text another name', () => {
    const first = names.nameOf('SELECT 1');
    expect(first).toMatch(/^orm:[\w-]{32}$/);
    expect(names.nameOf('SELECT 1')).toBe(first);
    expect(names.nameOf('SELECT 2')).not.toBe(first);
  });

  it('gives 200 names to reads, and no more', () => {
    const given = Array.from({ length: 201 }, (_, n) => names.nameOf(`SELECT ${n}`));
    expect(given.filter((name) => name !== '')).toHaveLength(200);
    expect(given.at(-1)).toBe('');
  });

  it('has names for reads after edits of any number of shapes', () => {
    for (let n = 0; n < 1_000; n += 1) names.nameOf(`UPDATE "campaigns" SET "name" = $${n}`);
    expect(names.nameOf('UPDATE "campaigns" SET "status" = $1')).toBe('');
    expect(names.nameOf('SELECT 1')).not.toBe('');
  });

  it('gives no name to pages, which would use up the names', () => {
    const text = 'SELECT id FROM areas ORDER BY id';
    expect(names.nameOf(`${text} LIMIT 1`)).not.toBe('');
    for (const page of ['LIMIT 20', 'LIMIT 10', 'LIMIT 1 OFFSET 1', 'LIMIT 20 OFFSET 40'])
      expect(names.nameOf(`${text} ${page}`)).toBe('');
  });

  it('gives a text of more than 8,000 characters no name', () => {
    expect(names.nameOf('SELECT 1'.padEnd(8_000))).not.toBe('');
    expect(names.nameOf('SELECT 2'.padEnd(8_001))).toBe('');
  });
});
