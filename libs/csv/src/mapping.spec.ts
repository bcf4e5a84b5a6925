import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from './csv-line.js';
import { openTable } from './open-table.js';
import { asInFile, cellText, columnsAt, guessPersonMapping, mappingProblem } from './mapping.js';

describe('guessPersonMapping', () => {
  it.each([
    [
      ['Phone', 'First Name', 'Last Name', 'E-Mail', 'City'],
      { first_name: 'First Name', last_name: 'Last Name', email: 'E-Mail' },
    ],
    [['Vorname', 'Nachname', 'Mail'], { first_name: 'Vorname', last_name: 'Nachname', email: 'Mail' }],
    [['Vorname', 'Name'], { first_name: 'Vorname', last_name: 'Name' }],
    [['Prénom', 'Nom', 'Courriel'], { first_name: 'Prénom', last_name: 'Nom', email: 'Courriel' }],
    [
      ['nombre', 'apellidos', 'correo electrónico'],
      { first_name: 'nombre', last_name: 'apellidos', email: 'correo electrónico' },
    ],
    [['Nome', 'Cognome', 'Indirizzo e-mail'], { first_name: 'Nome', last_name: 'Cognome', email: 'Indirizzo e-mail' }],
    [['Nome', 'Sobrenome', 'Fuso horário'], { first_name: 'Nome', last_name: 'Sobrenome', timezone: 'Fuso horário' }],
    [
      ['Voornaam', 'Achternaam', 'E-mailadres'],
      { first_name: 'Voornaam', last_name: 'Achternaam', email: 'E-mailadres' },
    ],
    [['Imię', 'Nazwisko', 'Strefa czasowa'], { first_name: 'Imię', last_name: 'Nazwisko', timezone: 'Strefa czasowa' }],
    [['Förnamn', 'Efternamn', 'E-post'], { first_name: 'Förnamn', last_name: 'Efternamn', email: 'E-post' }],
    [['AD', 'SOYADI', 'E-POSTA'], { first_name: 'AD', last_name: 'SOYADI', email: 'E-POSTA' }],
    [['Jméno', 'Příjmení'], { first_name: 'Jméno', last_name: 'Příjmení' }],
    [['name', 'address'], { full_name: 'name' }],
    [['Full Name', 'Name'], { full_name: ['Full Name', 'Name'] }],
    [['Name', 'Given Name', 'Family Name'], { first_name: 'Given Name', last_name: 'Family Name' }],
    [['contact_firstName', 'Customer Last-Name'], { first_name: 'contact_firstName', last_name: 'Customer Last-Name' }],
    [['E-mail 1 - Value', 'E-mail 1 - Label', 'E-mail 2 - Value'], { email: ['E-mail 1 - Value', 'E-mail 2 - Value'] }],
    [['Email Opt Out', 'HasOptedOutOfEmail', 'Email status', 'Assistant Email', 'Email'], { email: 'Email' }],
    [['User Email', 'Invitee Email'], { email: 'Invitee Email' }],
    [['Spouse First Name', 'Company Name', 'City'], {}],
  ])('the header %j is mapped', (header, mapping) => {
    expect(guessPersonMapping(header)).toEqual(mapping);
  });
});

describe('asInFile', () => {
  it('headers that differ in case, accents and signs are found, and ambiguous ones stay', () => {
    const header = ['Téléphone (mobile)', 'first-name', 'Tel', 'TEL'];
    expect(asInFile({ phone_number: ['telephone mobile', 'tel'], first_name: 'First Name' }, header)).toEqual({
      phone_number: ['Téléphone (mobile)', 'tel'],
      first_name: 'first-name',
    });
  });
});

describe('mappingProblem', () => {
  const HEADER = ['Tel', 'Name'];
  it.each([
    [{ phone_number: 'Tel', first_name: 'Name' }, null],
    [{ phone_number: ['Tel', 'Name'] }, null],
    [{}, /^no column is the phone number.*"Tel", "Name"$/],
    [{ phone_number: [] }, /^no column is the phone number/],
    [{ phone_number: ['Tel', 'tel'] }, /^phone_number: there is no column "tel"; there are "Tel", "Name"$/],
    [{ phone_number: 'Tel', email: ['Name', 'Tel'] }, /^the column "Tel" cannot be both phone_number and email$/],
  ])('the problem of %j is named', (mapping, problem) => {
    const found = mappingProblem(mapping, HEADER);
    if (problem === null) expect(found).toBeNull();
    else expect(found).toMatch(problem);
  });
});

describe('columnsAt', () => {
  it('columns have names and indexes in the order of the mapping', () => {
    expect(columnsAt({ phone_number: ['b', 'a'] }, 'phone_number', ['a', 'b'])).toEqual([
      { name: 'b', index: 1 },
      { name: 'a', index: 0 },
    ]);
  });
});

describe('cellText', () => {
  it.each([
    ['', null],
    [undefined, null],
    ["'+44", '+44'],
    ["''x", "'x"],
    ["'=1+1", '=1+1'],
  ])('the cell %j is read as %j', (cell, text) => {
    expect(cellText(cell)).toBe(text);
  });

  it('a cell is read as csvLine has written it, also after defusing', async () => {
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
        const back: string[] = [];
        for await (const rows of table.rows(100)) back.push(...rows.map(({ cells }) => cellText(cells[1]) ?? ''));
        expect(back).toEqual(values);
      }),
    );
  });
});
