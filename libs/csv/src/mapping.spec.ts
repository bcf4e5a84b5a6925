import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { csvLine } from './csv-line.js';
import { CONTACT_FIELDS, guessMapping, mappingProblem, recordReader } from './mapping.js';
import { openTable } from './open-table.js';

describe('guessMapping', () => {
  it('puts no long row of marks in order, which takes time that grows with its square', () => {
    const normalize = vi.spyOn(String.prototype, 'normalize');
    const name = `pho${'\u0301\u0323'.repeat(5_000)}ne`;
    expect(guessMapping([name], ['phone_number'])).toEqual({ phone_number: name });
    expect(normalize.mock.contexts.filter((text) => /\p{M}/u.test(String(text)))).toEqual([]);
    normalize.mockRestore();
  });

  it.each([
    [['Phone', 'First Name', 'Last Name', 'E-Mail', 'City'], 'Phone', 'First Name', 'Last Name', 'E-Mail'],
    [['Vorname', 'Nachname', 'Handynummer', 'Mail'], 'Handynummer', 'Vorname', 'Nachname', 'Mail'],
    [['Prénom', 'Nom', 'Téléphone', 'Courriel'], 'Téléphone', 'Prénom', 'Nom', 'Courriel'],
    [
      ['nombre', 'apellidos', 'teléfono', 'correo electrónico'],
      'teléfono',
      'nombre',
      'apellidos',
      'correo electrónico',
    ],
    [['mobile', 'phone_number', 'phone'], 'phone_number', undefined, undefined, undefined],
    [['company', 'Mobile', 'Work Phone'], 'Mobile', undefined, undefined, undefined],
    [['Number'], 'Number', undefined, undefined, undefined],
    [['name', 'full name', 'address'], undefined, undefined, undefined, undefined],
  ])('of %j', (header, phone_number, first_name, last_name, email) => {
    expect(guessMapping(header, CONTACT_FIELDS)).toEqual({ phone_number, first_name, last_name, email });
  });
});

describe('mappingProblem', () => {
  const HEADER = ['Tel', 'Name'];
  it.each([
    [{ phone_number: 'Tel', first_name: 'Name' }, null],
    [{}, /^no column is the phone number.*"Tel", "Name"$/],
    [{ phone_number: 'tel' }, /^phone_number: there is no column "tel"; there are "Tel", "Name"$/],
    [{ phone_number: 'Tel', email: 'Tel' }, /^the column "Tel" cannot be both phone_number and email$/],
  ])('of %j', (mapping, problem) => {
    const found = mappingProblem(mapping, HEADER);
    if (problem === null) expect(found).toBeNull();
    else expect(found).toMatch(problem);
  });
});

describe('recordReader', () => {
  it('gives fields, and the rest as custom fields', () => {
    const read = recordReader(
      ['Tel', 'plan', 'Vorname', 'city', '__proto__'],
      { phone_number: 'Tel', first_name: 'Vorname' },
      CONTACT_FIELDS,
    );
    expect(read(['+1', 'gold', '', '']).custom_fields).toEqual({ plan: 'gold' });
    expect(read(['+1', 'gold', 'Ada', 'Ely'])).toEqual({
      phone_number: '+1',
      first_name: 'Ada',
      last_name: null,
      email: null,
      timezone: null,
      custom_fields: { plan: 'gold', city: 'Ely' },
    });
    expect(read(['+1']).custom_fields).toEqual({});
    expect(JSON.stringify(read(['+1', '', '', '', 'x']).custom_fields)).toBe('{"__proto__":"x"}');
  });

  it('reads what csvLine has written, also what had to be defused', async () => {
    const value = fc
      .oneof(
        fc.string({ unit: 'binary' }),
        fc.string().map((s) => `=${s}`),
        fc.constantFrom("'", "''", "'=x", '+44', '-', '@'),
      )
      .map((s) =>
        s
          .replaceAll(/[\0\uFFFD\uFEFF]/g, '')
          .toWellFormed()
          .trim(),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 10 }), async (values) => {
        const lines = [csvLine(['phone', 'note']), ...values.map((one) => csvLine(['+1', one]))];
        const table = await openTable(
          (async function* () {
            yield Buffer.from(lines.join(''));
          })(),
        );
        const read = recordReader(table.header, guessMapping(table.header, CONTACT_FIELDS), CONTACT_FIELDS);
        const back: (string | null)[] = [];
        for await (const rows of table.rows(100))
          back.push(...rows.map(({ cells }) => read(cells).custom_fields['note'] ?? ''));
        expect(back).toEqual(values);
      }),
    );
  });
});
