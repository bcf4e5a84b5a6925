import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_COLUMNS, openTable } from './open-table.js';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, { size = 7, together = 3, isForgiving = true } = {}) {
  const table = await openTable(inPieces(Buffer.from(text), size), { isForgiving });
  const rows = [];
  for await (const batch of table.rows(together)) rows.push(...batch);
  return { header: table.header, firstCells: table.firstCells, rows, cells: rows.map(({ cells }) => cells) };
}

const FAULT = 'has a quote out of place';
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `+4479111${String(from + n).padStart(5, '0')},Ada`);

describe('A table in lenient reading', () => {
  it('a text that RFC 4180 allows is read as it is', async () => {
    const { rows } = await read('a,b\r\n1,"x ""y"", z"\r\n\r\n "2" , "two\nlines" \r\n3\r\n');
    expect(rows).toEqual([
      { row: 2, cells: ['1', 'x "y", z'], fault: null },
      { row: 3, cells: ['2', 'two\nlines'], fault: null },
      { row: 4, cells: ['3'], fault: null },
    ]);
  });

  it.each([
    ['1,5" pipe', ['1', '5" pipe'], null],
    ['1,"5" pipe"', ['1', '5" pipe'], FAULT],
    ['1,"5 pipe', ['1', '5 pipe'], FAULT],
    ['"1,x', ['1', 'x'], FAULT],
    ['1",x', ['1', 'x'], null],
    ['"Ada "the" Boss",1', ['Ada "the" Boss', '1'], FAULT],
    ['"say \\"hi\\", Ada",1', ['say \\"hi\\', 'Ada', '1'], FAULT],
    ['""1"",x', ['"1"', 'x'], FAULT],
  ])('the fault of %j costs that row alone', async (line, cells, fault) => {
    const { rows } = await read(`a,b\n0,y\n${line}\n2,z\n"3","z"\n`);
    expect(rows[1]).toMatchObject({ row: 3, fault });
    expect(rows[1]!.cells).toEqual(cells);
    expect(rows.slice(2).map((row) => row.cells)).toEqual([
      ['2', 'z'],
      ['3', 'z'],
    ]);
  });

  it.each([
    ['that is never closed', ''],
    ['that the last row closes', '9,"'],
    ['that another row closes in the middle', '9,x"y'],
  ])('none of 10,000 rows is lost after a quote %s', async (_, last) => {
    const lines = numbered(0, 10_000);
    const { cells } = await read(['phone,name', '1,"x', ...lines, last].join('\n'), { size: 5_000, together: 250 });
    expect(cells.slice(0, 10_001)).toEqual([['1', 'x'], ...lines.map((line) => line.split(','))]);
  });

  it('a quoted cell that is closed soon swallows no rows', async () => {
    const lines = numbered(0, 20);
    const { cells } = await read(['phone,name', '1,"x', ...lines, '2,y",z'].join('\n'));
    expect(cells.map(([first]) => first)).toEqual(['1', ...lines.map((line) => line.split(',')[0]), '2']);
  });

  it('a header with a misplaced quote is read', async () => {
    const { header, cells } = await read('"phone;name\n1;Ada\n2;Bob\n');
    expect([header, cells]).toEqual([
      ['phone', 'name'],
      [
        ['1', 'Ada'],
        ['2', 'Bob'],
      ],
    ]);
  });

  it('a row ends at any line end', async () => {
    const { cells } = await read('a\r\n1\n2\r3\r\n"4"\r5');
    expect(cells).toEqual([['1'], ['2'], ['3'], ['4'], ['5']]);
  });

  it('repeated headers are numbered', async () => {
    const { header, firstCells } = await read('Phone,phone,\n1,2,3\n');
    expect(header).toEqual(['Phone', 'phone (column 2)', 'column_3']);
    expect(firstCells).toEqual(['Phone', 'phone', '']);
  });

  it('a line without an end fails', async () => {
    await expect(read(`a\n${'x'.repeat(3_000_000)}`, { size: 60_000 })).rejects.toMatchObject({
      code: 'record_too_long',
    });
  });

  it.each([true, false])('too many columns are rejected with their number (forgiving: %s)', async (isForgiving) => {
    const header = (count: number) => Array.from({ length: count }, (_, n) => `phone ${n}`).join(',');
    await expect(read(header(MOST_COLUMNS + 1), { isForgiving, size: 9_000 })).rejects.toMatchObject({
      code: 'too_many_columns',
      message: expect.stringMatching(/1001 columns, 1000 are read/),
    });
    expect((await read(`${header(MOST_COLUMNS)}\n`, { isForgiving, size: 9_000 })).header).toHaveLength(MOST_COLUMNS);
  });

  it('a file is read alike however it is cut, and every line with a number is in some row', async () => {
    const line = fc.constantFrom(
      '+442079460001,x',
      '"+442079460002","x"',
      '+442079460003,"x',
      'y"',
      '"',
      '""',
      '',
      'z',
    );
    const file = fc.array(line, { maxLength: 300 }).map((lines) => ['phone,name', ...lines].join('\n'));
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 200 }), async (text, size) => {
        const { rows } = await read(text, { size });
        expect(rows).toEqual((await read(text, { size: 100_000, together: 250 })).rows);
        const count = (all: string) => all.split('+4420794600').length;
        expect(count(JSON.stringify(rows))).toBe(count(text));
      }),
      { numRuns: 50 },
    );
  });

  it('correctly quoted text is read as in strict reading', async () => {
    const cell = fc.string().map((text) => text.replaceAll(/[\0\r]/g, '').trim());
    const table = fc.array(fc.tuple(cell, cell), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const lines = rows.map((row) => ['k', ...row].map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
        const text = ['key,a,b', ...lines].join('\n');
        expect((await read(text)).cells).toEqual((await read(text, { isForgiving: false })).cells);
      }),
    );
  });
});
