import { describe, expect, it, vi } from 'vitest';
import {
  isEmailHeader,
  isWeakTelephoneHeader,
  NAMES,
  namedField,
  plainHeader,
  telephoneRank,
} from './contact-headers.js';
import { permissionKind, PHRASES } from './permission-headers.js';

const names = Object.entries(NAMES).flatMap(([field, byLanguage]) =>
  Object.entries(byLanguage).flatMap(([language, list]) =>
    list.split('|').flatMap((name) => (name === '' ? [] : [{ field, language, name }])),
  ),
);
const phrases = Object.entries(PHRASES).flatMap(([kind, byLanguage]) =>
  Object.entries(byLanguage).flatMap(([language, list]) =>
    list.split('|').map((name) => ({ kind, language, name: name.trim() })),
  ),
);

describe('The table of headers', () => {
  it('the table has names and phrases of every language', () => {
    for (const [field, byLanguage] of Object.entries(NAMES))
      for (const [language, list] of Object.entries(byLanguage))
        if (field !== 'expires_at') expect([field, language, list]).not.toEqual([field, language, '']);
    expect(names.length).toBeGreaterThan(120);
    expect(phrases.length).toBeGreaterThan(200);
  });

  it('no name belongs to two fields', () => {
    const claims = new Map<string, Set<string>>();
    for (const { field, name } of names)
      claims.set(plainHeader(name), (claims.get(plainHeader(name)) ?? new Set()).add(field));
    expect([...claims].filter(([, fields]) => fields.size > 1)).toEqual([]);
  });

  it.each(names)('the header $name is read as $field, and as nothing else', ({ field, name }) => {
    const written = [name, name.toUpperCase(), name.replaceAll(' ', '_'), `${name}:`];
    expect(written.map(namedField)).toEqual(written.map(() => field));
    const isClaimed = [telephoneRank(name) !== null, isEmailHeader(name), isWeakTelephoneHeader(name)];
    expect([isClaimed, permissionKind(name)]).toEqual([[false, false, false], null]);
  });

  it.each(phrases)('the header "$name" is read as a column that $kind calls, and as nothing else', ({ kind, name }) => {
    expect([name, permissionKind(name), permissionKind(name.toUpperCase()), namedField(name)]).toEqual([
      name,
      kind,
      kind,
      null,
    ]);
  });

  it('a long row of marks is never sorted, which would take quadratic time', () => {
    const normalize = vi.spyOn(String.prototype, 'normalize');
    const name = `pho${'\u0301\u0323'.repeat(5_000)}ne`;
    telephoneRank(name);
    namedField(name);
    permissionKind(name);
    expect(normalize.mock.contexts.filter((text) => /\p{M}/u.test(String(text)))).toEqual([]);
    normalize.mockRestore();
  });
});

describe('telephoneRank', () => {
  it.each([
    ['mobile', 'phone_number', 'phone'],
    ['Work Phone', 'Mobile', 'Phone'],
    ['Fax', 'Home Phone', 'Mobile Phone', 'Primary Phone', 'Phone'],
    ['Telefon (geschäftlich)', 'Telefon (privat)', 'Handy'],
    ['Corporate Phone', 'Work Phone', 'Corporate Mobile'],
    ['Corporate Phone', 'Work Direct Phone', 'Other Phone', 'Home Phone', 'Mobile Phone'],
    ['Company Main Phone ', 'Business Phone', 'Home Phone', 'Tél. portable'],
  ])('the later columns of %j are preferred', (...headers) => {
    const ranks = headers.map((header) => telephoneRank(header) ?? 99);
    expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
  });

  it.each(
    `Phone|Phone 1 - Value|Phone (mobile)|Teléfono móvil|Tél. portable|Tel.|Telephone No.|Handynummer|Mobil|Mobile
      |MOBILE_PHONE
    |mobilePhone|Cell|Cell Phone|Telefono cellulare|Cellulare|Celular|Telemóvel|Telefoonnummer|Mobiel nummer
    |Telefon komórkowy
    |Numer telefonu|Mobilnummer|Mobiltelefon|Cep telefonu|Telefon numarası|Rufnummer|Contact Number|Client Phone
    |Customer Mobile
    |Numéro de téléphone|Phone Number (Home)|Business Phone 2|Phone Numbers|alt_phone|WhatsApp|GSM`.split('|'),
  )('the column %j may be dialed', (header) => {
    expect(telephoneRank(header.trim())).not.toBeNull();
  });

  it.each(
    `Fax|Home Fax|Telefax|Pager|Phone 1 - Label|Phone type|Phone verified at|Assistant's Phone|Emergency Contact Phone
    |Bemerkung (Telefon)|Number|Customer Number|Email|Manager phone|Phone notes|Phone Memo
    |Landlord Phone|Name|TTY/TDD Phone`.split('|'),
  )('the column %j may not be dialed', (header) => {
    expect(telephoneRank(header.trim())).toBeNull();
  });
});

describe('permissionKind', () => {
  it.each(
    `Do Not Call|DoNotCall|DO_NOT_CALL|do-not-call|HasOptedOutOfCall|Unsubscribed|Opt out|Opted Out|Phone opt-out
      |OptOut|DNC
    |Keine Anrufe|Ne pas appeler|No llamar|Non chiamare|Não ligar|Niet bellen|Nie dzwonić|Ring ej|Aramayın|Nevolat
    |Werbesperre|Opt-out date|Email and phone opt out|Consent withdrawn|Blacklisted|Do Not Contact
    |Do not allow Phone Calls|Calls not allowed|Not allowed to call|May not be called|Cannot be called|Can't be called
    |Disallow calls|Uncallable|No consent|Not opted in|Consent not given|Not OK to call|Telefonanrufe nicht zulassen
    |Darf nicht angerufen werden|Keine Einwilligung|Ne pas autoriser les appels téléphoniques|Pas de consentement
    |No permitir llamadas de teléfono|No se puede llamar|Sin consentimiento|Non consentire telefonate|Senza consenso
    |Não permitir chamadas|Sem consentimento|Telefoongesprekken niet toestaan|Mag niet gebeld worden|Geen toestemming
    |Nie zezwalaj na rozmowy telefoniczne|Brak zgody na telefon|Får ej ringas|Nelze volat|Nesouhlas
    |No sales calls|No robocalls|Calls prohibited|Call restricted|Refuses calls|Anruf unerwünscht|Anrufen verboten
    |Démarchage téléphonique interdit|Refuse les appels|No desea llamadas|Prohibido llamar|Divieto di chiamata
    |Rifiuta chiamate|Proibido ligar|Recusa chamadas|Wünscht keine Anrufe|Möchte nicht angerufen werden`.split('|'),
  )('the column %j forbids calls', (header) => {
    expect(permissionKind(header.trim())).toBe('forbids');
  });

  it.each(
    `Consent to call|Can call|OK to call|May we call you?|Call permission|TCPA Consent|Phone opt-in|Opt In|Einwilligung
    |Consentement|Consentimiento|Consenso|Toestemming|Zgoda na telefon|Samtycke|Arama izni|Callable
    |Consent (yes/no)|Darf angerufen werden (ja/nein)|Opt in (1 = yes, 0 = no)|OK to call? Y/N|Consent (not required)
    |Wants calls|Agreed to be called|T. Smith consent|Consent No.|No. of consents`.split('|'),
  )('the column %j permits calls', (header) => {
    expect(permissionKind(header.trim())).toBe('permits');
  });

  it.each(
    `Email opt out|HasOptedOutOfEmail|HasOptedOutOfFax|SMS Opt Out|Unsubscribed from email|Do not email
    |Do not allow Emails|Do not allow Bulk Emails|Do not allow Faxes|E-Mails nicht zulassen|No SMS consent`.split('|'),
  )('the column %j concerns something else', (header) => {
    expect(permissionKind(header.trim())).toBe('other');
  });

  it.each(
    `Phone|Notes|Email Marketing Consent|OPTIN_TIME|OPTIN_IP|Consent source|Unsubscribe link|DNC check date|Contact No
    |Last call|Calls|Call date|Name|City|Bloque|Not yet called|Calls not answered|Do not allow returns|Calls refused
    |Declined calls|Restricted area|No téléphone`.split('|'),
  )('the column %j says nothing about calls', (header) => {
    expect(permissionKind(header.trim())).toBeNull();
  });
});
