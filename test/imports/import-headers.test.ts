import { describe, expect, it } from 'vitest';
import { columnsOf, guessPersonMapping, type MappedField } from '#csv/mapping.js';
import { openTable, type Table } from '#csv/open-table.js';
import { chooseTelephones, SAMPLE_ROWS } from '#dialer/imports/telephone-choice.js';
import { expectedFiles, type ExpectedFile } from '../support/import-files.js';

const FILES = expectedFiles().filter(({ expected }) => !expected.no_header);

/** The files of `import-files.test.ts`, without a database: which line is the header, and which column is what. */
describe('The header of a file as people have them', () => {
  it.each(FILES.map((file) => [file.name, file] as const))('%s', async (_, file) => {
    const { expected } = file;
    const table = await open(file);
    expect(await countRows(table)).toBe(expected.rows_read);
    const { telephones, isAsked } = await telephonesOf(file);
    expect(isAsked).toBe(expected.needs_mapping);
    if (!isAsked) expect(telephones).toEqual(expect.arrayContaining([...expected.mapping['phone_number']!]));
    expect(expected.not_telephones.filter((header) => telephones.includes(header))).toEqual([]);
    const others = guessPersonMapping(table.header);
    for (const [field, headers] of Object.entries(expected.mapping))
      if (field !== 'phone_number')
        expect([field, ...columnsOf(others, field as MappedField)]).toEqual(
          expect.arrayContaining([field, ...headers]),
        );
  });
});

function open({ bytes }: ExpectedFile): Promise<Table> {
  const source = (async function* () {
    yield bytes;
  })();
  return openTable(source);
}

async function countRows(table: Table): Promise<number> {
  let count = 0;
  for await (const rows of table.rows(SAMPLE_ROWS)) count += rows.length;
  return count;
}

/** Columns that would be dialed; none where a person is asked. */
async function telephonesOf(file: ExpectedFile): Promise<{ telephones: readonly string[]; isAsked: boolean }> {
  const table = await open(file);
  const choice = chooseTelephones(table.header, await table.sample(SAMPLE_ROWS), file.expected.default_country);
  table.close();
  return 'message' in choice ? { telephones: [], isAsked: true } : { telephones: choice.columns, isAsked: false };
}
