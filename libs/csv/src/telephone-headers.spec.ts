import { describe, expect, it, vi } from 'vitest';
import { expiryColumns, guessDncMapping } from './mapping.js';
import { kindOfColumn } from './telephone-headers.js';

describe('kindOfColumn', () => {
  it.each(
    `contact number|Contact-No.|fax|FAX|Festnetz|Handy|Mobil|Téléphone|Te\u0301le\u0301phone|TELEFONO|Teléfono móvil
    |cellulare|komórka|Komórkowy telefon|Tél. portable|Phone 1 - Value|workPhone|Phone (work)|phone_number|PHONE-NUMBER
    |Mobile No.|Cell|Tel|tel.|Telefax|WhatsApp|Landline|Rufnummer|Festnetznummer|телефон|Мобильный|電話番号|手机号|휴대폰|هاتف
    |τηλέφωνο|फ़ोन|puhelin|GSM|MSISDN|tlf.|Fixe|Phone (column 2)|Customer Phone|Kontakt: Handy`.split('|'),
  )('the header %j means telephones', (header) => {
    expect(kindOfColumn(header.trim())).toBe('telephone');
  });

  it.each([
    'number',
    'Nummer',
    'Numéro',
    'office',
    'Work',
    'home',
    'Contact',
    'Büro',
    'Phone type',
    'Phone verified at',
  ])('the header %j may mean telephones', (header) => {
    expect(kindOfColumn(header)).toBe('perhaps');
  });

  it.each([
    'id',
    'Customer Number',
    'Kundennummer',
    'Order no',
    'Postcode',
    'PLZ',
    'date',
    'Birth date',
    'Email',
    'IBAN',
  ])('the header %j means something else', (header) => {
    expect(kindOfColumn(header)).toBe('other');
  });

  it.each(['', 'A', 'column_2', 'Vorname', 'city'])('the header %j is unknown', (header) => {
    expect(kindOfColumn(header)).toBe('unknown');
  });

  it('a long row of marks is never sorted', () => {
    const normalize = vi.spyOn(String.prototype, 'normalize');
    kindOfColumn(`pho${'\u0301\u0323'.repeat(5_000)}ne`);
    expect(normalize.mock.contexts.filter((text) => /\p{M}/u.test(String(text)))).toEqual([]);
    normalize.mockRestore();
  });
});

describe('guessDncMapping', () => {
  it.each([
    [['number', 'fax'], 'fax'],
    [['Number', 'Phone'], 'Phone'],
    [['fax', 'phone'], 'phone'],
    [['name', 'office'], 'office'],
    [['name', 'city'], undefined],
  ])('the mapping of %j is guessed', (header, phone) => {
    expect(guessDncMapping(header).phone_number).toBe(phone);
  });
});

describe('expiryColumns', () => {
  it('every column of an expiry is found', () => {
    const header = ['phone', 'expires_at', 'Valid until', 'expires_at (column 4)', 'expiry 2', 'created'];
    expect(expiryColumns(header)).toEqual([1, 2, 3, 4]);
  });
});
