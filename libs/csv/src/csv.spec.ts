import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { csvLine } from './csv-line.js';
import { openTable, type TableOptions } from './open-table.js';
import { TableProblem } from './table-problem.js';
import { unpacked } from './unpack.js';

/** The bytes of a file, cut into pieces of some size. */
async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Uint8Array, { size = 7, ...options }: TableOptions & { size?: number } = {}) {
  const table = await openTable(inPieces(bytes, size), options);
  const rows = [];
  for await (const batch of table.rows(3)) rows.push(...batch);
  return { ...table, rows, cells: rows.map(({ cells }) => cells) };
}

const text = (content: string) => Buffer.from(content);

async function problemOf(bytes: Uint8Array, options?: TableOptions): Promise<TableProblem> {
  return read(bytes, options).then(
    () => expect.fail('it was read to its end'),
    (error: unknown) => (error instanceof TableProblem ? error : Promise.reject(error)),
  );
}

describe('openTable', () => {
  it('rows are counted as in a spreadsheet, without outer spaces and empty lines', async () => {
    const { header, rows } = await read(text('phone, name \n\n+1, "Ada, B." \r\n+2,\n'));
    expect(header).toEqual(['phone', 'name']);
    expect(rows).toEqual([
      { row: 2, cells: ['+1', 'Ada, B.'], fault: null },
      { row: 3, cells: ['+2', ''], fault: null },
    ]);
  });

  it.each([',', ';', '\t', '|'] as const)('the delimiter %j is detected', async (delimiter) => {
    const { cells, ...table } = await read(text(`a${delimiter}"b,;|\t"${delimiter}c\n1${delimiter}2${delimiter}3\n`));
    expect(table.delimiter).toBe(delimiter);
    expect(cells).toEqual([['1', '2', '3']]);
  });

  const UMLAUTS = 'Name,Ort\nJürgen,Köln\n';
  it.each([
    ['utf-8', Buffer.from(UMLAUTS)],
    ['utf-8', Buffer.from(`\uFEFF${UMLAUTS}`)],
    ['utf-16le', Buffer.from(UMLAUTS, 'utf16le')],
    ['utf-16le', Buffer.from(`\uFEFF${UMLAUTS}`, 'utf16le')],
    ['utf-16be', Buffer.from(UMLAUTS, 'utf16le').swap16()],
    ['utf-16be', Buffer.from(`\uFEFF${UMLAUTS}`, 'utf16le').swap16()],
    ['windows-1252', Buffer.from(UMLAUTS, 'latin1')],
  ])('the encoding %s is detected', async (encoding, bytes) => {
    const table = await read(bytes);
    expect([table.encoding, table.header, table.cells]).toEqual([encoding, ['Name', 'Ort'], [['Jürgen', 'Köln']]]);
  });

  it('a file of Windows-1252 that begins with much ASCII is read', async () => {
    const plain = `name\n${'Ada\n'.repeat(30_000)}`;
    const { cells } = await read(Buffer.from(`${plain}Jürgen – “Köln”\n`.replace(/[–“”]/g, ''), 'latin1'), {
      size: 10_000,
    });
    expect(cells.at(-1)).toEqual(['Jürgen  Köln']);
  });

  it('a line in another encoding is read amid UTF-8', async () => {
    const bytes = Buffer.concat([
      text('name\nJürgen\n'),
      Buffer.alloc(70_000, 'Ada\n'),
      Buffer.from('Kön\n', 'latin1'),
      text('Ada\n'),
    ]);
    const { rows } = await read(bytes, { size: 5_000 });
    expect(rows[17_501]).toEqual({ row: 17_503, cells: ['Kön'], fault: null });
    expect(rows).toHaveLength(17_503);
  });

  it('a row with a replacement character has a fault', async () => {
    const { rows } = await read(text('name\nJ\uFFFDrgen\nAda\n'));
    expect(rows.map(({ fault }) => fault)).toEqual(['contains characters of another encoding', null]);
  });

  it.each(['utf-8', 'windows-1252', 'cp850', 'iso-8859-1', 'koi8-r'] as const)(
    'the encoding %s is read if the sender names it',
    async (encoding) => {
      const table = await read(text('name,city\nAda,Ely\n'), { encoding });
      expect([table.encoding, table.cells, table.isEncodingDoubtful]).toEqual([encoding, [['Ada', 'Ely']], false]);
    },
  );

  it('the signs that Windows-1252 has and Latin-1 lacks are read', async () => {
    const { cells } = await read(Buffer.from([...text('name\nK'), 0xf6, ...text('ln '), 0x96, 0x80, ...text('\n')]));
    expect(cells).toEqual([['Köln –€']]);
  });

  it.each([
    ['titles', 'Customers, January 2026\n\nas of 01/01/2026, office 020 7946 0101\n', ';'],
    ['sep=;', 'sep=;\n', ';'],
    ['"sep=;"', '"sep=;"\r\n', ';'],
    ['a title that fills the width', 'Customers;;\n;;\n', ';'],
    ['a title that speaks of telephones', 'Telephone list\n', '|'],
  ])('the lines above the header are skipped: %s', async (_, above, delimiter) => {
    const table = await read(
      text(`${above}Name${delimiter}Phone${delimiter}City\nAda${delimiter}+44 20 7946 0101${delimiter}Ely\n`),
    );
    expect([table.header, table.delimiter]).toEqual([['Name', 'Phone', 'City'], delimiter]);
    expect(table.rows).toEqual([{ row: 2, cells: ['Ada', '+44 20 7946 0101', 'Ely'], fault: null }]);
  });

  it.each([
    ['phone\n+442079460101\nphone,name\n', ['phone']],
    ['+442079460101,x\nphone,name,city\n', ['+442079460101', 'x']],
    ['Name,Number,By\nAda,202-555-0143,Phone\n', ['Name', 'Number', 'By']],
    ['A,B\n1,2\n', ['A', 'B']],
  ])('no row of %j is read as the header', async (file, header) => {
    expect((await read(text(file))).header).toEqual(header);
  });

  it('the line with all named columns is the header', async () => {
    const { header, cells } = await read(text('Report,of,us\nwho,where,dial\nAda,Ely,x\n'), { named: ['dial', 'who'] });
    expect([header, cells]).toEqual([['who', 'where', 'dial'], [['Ada', 'Ely', 'x']]]);
  });

  it('repeated headers are numbered', async () => {
    const { header } = await read(text('Notes,notes,Notes 2,Notes,,\n1,2,3,4,5,6\n'));
    expect(header).toEqual(['Notes', 'notes 3', 'Notes 2', 'Notes 4', 'column_5', 'column_6']);
  });

  it.each([
    ['1,"Ada\n2,Ben\n3,Cy"\n', 3],
    ['2025550101,"Ada\n2025550102,Ben\n2025550103,Cy\n', 3],
    ['2025550101,"Ada\n2025550102,Ben\n2025550103,Cy"\n', 3],
    ['2025550101,"Ada\n2025550102,Cy"\n', 2],
    ['2025550101,"asked for Ben\nBen, 2025550102"\n', 1],
    ['2025550101,"two\nlines"\n2025550102,x\n', 2],
    ['2025550101,"a\r\nb"\r2025550102,x\r\n', 2],
  ])('several people never end up in one row: %j', async (file, count) => {
    const { rows } = await read(text(`phone,name\n${file}`));
    const numbers = rows.map(({ cells }) => cells[0]).filter((cell) => /\d{7}/.test(cell!));
    if (file.startsWith('2')) expect(rows).toHaveLength(count);
    expect(
      rows.filter(({ cells }) => (cells.join(' ').match(/202555010\d/g) ?? []).length > 1 && cells[1]!.startsWith('2')),
    ).toEqual([]);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it.each([
    ['"Ada" Lovelace', 'Ada Lovelace', null],
    ['5" pipe', '5" pipe', null],
    ['"Ada ""the"" Boss"', 'Ada "the" Boss', null],
    ['"Ada', 'Ada', 'has a quote out of place'],
  ])('the file is read as spreadsheets do, or has a fault: %s', async (cell, name, fault) => {
    const { rows } = await read(text(`phone,name\n1,${cell}\n2,Ben\n`));
    expect(rows).toEqual([
      { row: 2, cells: ['1', name], fault },
      { row: 3, cells: ['2', 'Ben'], fault: null },
    ]);
  });

  it('the sample has the first rows, which are read nevertheless', async () => {
    const table = await openTable(inPieces(text(`a\n${'1\n'.repeat(500)}`), 100));
    expect(await table.sample(200)).toHaveLength(200);
    let rows = 0;
    for await (const batch of table.rows(50)) rows += batch.length;
    expect(rows).toBe(500);
  });

  it('a row with too many cells or a NUL has a fault, and reading continues', async () => {
    const { rows } = await read(text(`a,b\n1,2,3\n1\n4,5,,\n6,x\n${'7,8\n'.repeat(20_000)}n\0l,9\n`), { size: 9_000 });
    expect(rows.slice(0, 3).map(({ fault }) => fault)).toEqual(['has 3 cells, the header has 2', null, null]);
    expect(rows.at(-1)?.fault).toBe('contains a NUL character');
  });

  it.each([
    ['nothing', text(''), 'empty_file'],
    ['empty lines', text('\n\r\n\n'), 'empty_file'],
    ['a workbook', Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.alloc(900, 1)]), 'not_text'],
    ['zero bytes', Buffer.concat([text('phone\n'), Buffer.alloc(99)]), 'not_text'],
    ['a record without end', Buffer.concat([text('a\n'), Buffer.alloc(3_000_000, 'x')]), 'record_too_long'],
    ['a gzip that was cut off', gzipSync(Buffer.alloc(100_000, 'phone\n')).subarray(0, 60), 'file_damaged'],
    ['a gzip of something else', Buffer.concat([Buffer.from('1f8b', 'hex'), text('no gzip at all')]), 'file_damaged'],
  ])('the error says what is wrong with %s', async (_, bytes, code) => {
    expect(await problemOf(bytes)).toMatchObject({ code, message: expect.stringMatching(/^[A-Z].*\.$/) });
  });

  it('the rows before an error are read', async () => {
    const long = text(`a,b\n${'1,2\n'.repeat(40_000)}${'x'.repeat(1_100_000)}`);
    const table = await openTable(inPieces(long, 60_000));
    let rows = 0;
    await expect(async () => {
      for await (const batch of table.rows(1_000)) rows += batch.length;
    }).rejects.toMatchObject({ code: 'record_too_long' });
    expect(rows).toBe(40_000);
  });

  it('every whole row of a truncated gzip is read', async () => {
    const packed = gzipSync(
      Buffer.from(`a,b\n${Array.from({ length: 60_000 }, (_, n) => `${n},${(n * 7919) % 10_007}`).join('\n')}`),
    );
    const table = await openTable(inPieces(packed.subarray(0, packed.length - 20_000), 8_192));
    const rows: string[] = [];
    await expect(async () => {
      for await (const batch of table.rows(1_000)) rows.push(...batch.map(({ cells }) => cells[0]!));
    }).rejects.toMatchObject({ code: 'file_damaged' });
    expect(rows.length).toBeGreaterThan(20_000);
    expect(rows).toEqual(rows.map((_, n) => String(n)));
  });

  it('empty lines count, and reading ends at the limit of lines', async () => {
    const table = await openTable(inPieces(Buffer.from(`a\n1\n${'\n'.repeat(100)}2\n`), 10), { mostLines: 50 });
    const rows: string[] = [];
    const readAll = async () => {
      for await (const batch of table.rows(10)) rows.push(...batch.map(({ cells }) => cells[0]!));
    };
    await expect(readAll()).rejects.toMatchObject({ code: 'too_many_rows' });
    expect(rows).toEqual(['1']);
  });

  it('no more empty lines are read ahead than fit into memory', async () => {
    const table = await openTable(inPieces(Buffer.from(`a\n1\n${'\n'.repeat(300_000)}2\n`), 65_536));
    expect((await table.sample(200)).map(({ cells }) => cells[0])).toEqual(['1']);
    const rows: string[] = [];
    for await (const batch of table.rows(10)) rows.push(...batch.map(({ cells }) => cells[0]!));
    expect(rows).toEqual(['1', '2']);
  });

  it('a large file unpacks to at most a hundred times its size', async () => {
    const all = async (bytes: number) => {
      for await (const _ of unpacked(inPieces(gzipSync(Buffer.alloc(bytes)), 1_000)));
    };
    await expect(all(20 * 1024 ** 2)).rejects.toMatchObject({ code: 'packed_too_tightly' });
    await all(15 * 1024 ** 2);
  });

  it('a file unpacks to no more than its limit', async () => {
    const bomb = gzipSync(Buffer.alloc(1_000_000));
    const all = async () => {
      for await (const _ of unpacked(inPieces(bomb, 100), 500_000));
    };
    await expect(all()).rejects.toMatchObject({ code: 'file_too_large' });
  });

  it('a written file is read unchanged, however it is packed and cut', async () => {
    const cell = fc.string({ unit: 'binary' }).map((s) =>
      s
        .replaceAll(/[\0\uFFFD\uFEFF]/g, '')
        .toWellFormed()
        .trim(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { maxLength: 20 }),
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom('utf8', 'utf16le', 'gzip'),
        async (table, size, form) => {
          const content = ['key,first,second\r\n', ...table.map((row) => quoted(['k', ...row]))].join('');
          const bytes = form === 'utf16le' ? Buffer.from(`\uFEFF${content}`, 'utf16le') : Buffer.from(content);
          const { rows } = await read(form === 'gzip' ? gzipSync(bytes) : bytes, { size });
          expect(rows.map(({ cells }) => cells)).toEqual(table.map((row) => ['k', ...row]));
        },
      ),
    );
  });
});

/** Every cell in quotes, as it is. */
function quoted(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`;
}

describe('csvLine', () => {
  it.each([
    [['a', 1, true, null, undefined], 'a,1,true,,\r\n'],
    [['say "x"', 'a,b', 'a;b', 'two\nlines', ' x'], '"say ""x""","a,b","a;b","two\nlines"," x"\r\n'],
    [[new Date(0), { plan: 'gold' }], '1970-01-01T00:00:00.000Z,"{""plan"":""gold""}"\r\n'],
    [['=1+1', '@SUM(A1)', '-x', '+x', '＝1', "'=1"], "'=1+1,'@SUM(A1),'-x,'+x,'＝1,''=1\r\n"],
    [['+442079460123', '-12.5', '+1'], '+442079460123,-12.5,+1\r\n'],
  ])('the line is written as %j', (values, line) => {
    expect(csvLine(values)).toBe(line);
  });
});
