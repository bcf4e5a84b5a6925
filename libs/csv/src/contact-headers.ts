import { isAboutTelephones, kindOfColumn, plainLetters, wordsOf } from './telephone-headers.js';

/**
 * Fields of a contact that a whole header names. `name` is a first, last or full name, depending on the other columns.
 */
export type NamedField = 'first_name' | 'last_name' | 'full_name' | 'name' | 'timezone' | 'reason' | 'expires_at';

/** Languages whose usual headers are known. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'sv', 'tr', 'cs'] as const;
export type Language = (typeof LANGUAGES)[number];

type ByLanguage = Readonly<Record<Language, string>>;

/** Usual headers, the most certain first. Case, accents, signs and owners' words are ignored. */
export const NAMES: Readonly<Record<NamedField, ByLanguage>> = {
  first_name: {
    en: 'first name|given name|forename|first|fname|christian name|given',
    de: 'Vorname|Rufname',
    fr: 'prénom|prénom usuel|premier prénom',
    es: 'nombre de pila|nombres|primer nombre',
    it: 'nome di battesimo|primo nome',
    pt: 'primeiro nome|nome próprio|prenome',
    nl: 'voornaam|roepnaam',
    pl: 'imię|pierwsze imię|imiona',
    sv: 'förnamn|tilltalsnamn|fornavn',
    tr: 'adı|ilk ad|birinci ad',
    cs: 'jméno|křestní jméno',
  },
  last_name: {
    en: 'last name|surname|family name|last|lname|family',
    de: 'Nachname|Familienname|Zuname',
    fr: 'nom de famille|patronyme',
    es: 'apellidos|apellido|primer apellido|apellido paterno',
    it: 'cognome',
    pt: 'sobrenome|apelido|último nome',
    nl: 'achternaam|familienaam',
    pl: 'nazwisko',
    sv: 'efternamn|etternavn',
    tr: 'soyad|soyadı|soyisim',
    cs: 'příjmení',
  },
  full_name: {
    en: 'full name|display name|person name|first and last name|name surname|first name last name',
    de: 'vollständiger Name|Vor- und Nachname|Vorname Nachname|Vorname und Nachname|Ansprechpartner',
    fr: 'nom complet|nom et prénom|prénom et nom|prénom nom|nom prénom',
    es: 'nombre completo|nombre y apellidos|nombre y apellido|nombre apellidos',
    it: 'nome completo|nome e cognome|nome cognome|nominativo',
    pt: 'nome completo|nome e sobrenome|nome e apelido',
    nl: 'volledige naam|voor- en achternaam|naam en voornaam',
    pl: 'imię i nazwisko|imię nazwisko|pełna nazwa|nazwisko i imię',
    sv: 'fullständigt namn|för- och efternamn|fullt navn|fulde navn',
    tr: 'tam ad|ad soyad|adı soyadı|ad soyadı|isim soyisim',
    cs: 'jméno a příjmení|celé jméno|příjmení a jméno',
  },
  name: {
    en: 'name',
    de: 'Namen',
    fr: 'nom',
    es: 'nombre',
    it: 'nome',
    pt: 'nomes',
    nl: 'naam',
    pl: 'nazwa',
    sv: 'namn|navn',
    tr: 'ad|isim',
    cs: 'název',
  },
  timezone: {
    en: 'time zone|tz|iana time zone|timezone name',
    de: 'Zeitzone',
    fr: 'fuseau horaire|fuseau',
    es: 'zona horaria|huso horario',
    it: 'fuso orario',
    pt: 'fuso horário',
    nl: 'tijdzone',
    pl: 'strefa czasowa',
    sv: 'tidszon|tidssone|tidszone',
    tr: 'saat dilimi',
    cs: 'časové pásmo',
  },
  reason: {
    en: 'reason|comment|note',
    de: 'Grund',
    fr: 'raison',
    es: 'motivo',
    it: 'causale',
    pt: 'razão',
    nl: 'reden',
    pl: 'powód',
    sv: 'orsak|anledning',
    tr: 'neden|sebep',
    cs: 'důvod',
  },
  // An end shortens an entry of the do-not-call list, so only these names count.
  expires_at: {
    en: 'expires at|expires|expiry|expiry date|until|valid until',
    de: 'Ablaufdatum',
    fr: '',
    es: '',
    it: '',
    pt: '',
    nl: '',
    pl: '',
    sv: '',
    tr: '',
    cs: '',
  },
};

/** Words for the owner of a column that say nothing about its content: `Customer First Name`. */
const OWNERS = wordSet(`contact contacts customer client lead leads person member patient prospect subscriber user guest
  recipient your kunde kunden kontakt klient interessent cliente clientes contacto contatto contato klant relatie osoba
  kund kunden kontaktperson musteri kisi value invitee
  attendee respondent buyer applicant candidate student employee owner holder registrant participant booker n`);

function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/).map(plainLetters));
}

/** Returns a header as it is compared: small letters without accents, signs and spaces. */
export function plainHeader(header: string): string {
  return wordsOf(header).join('');
}

const FIELD_OF_NAME: ReadonlyMap<string, NamedField> = new Map(
  (Object.entries(NAMES) as [NamedField, ByLanguage][]).flatMap(([field, byLanguage]) =>
    Object.values(byLanguage)
      .flatMap((names) => names.split('|').map(plainHeader))
      .filter((name) => name !== '')
      .map((name) => [name, field] as const),
  ),
);

/** Returns the field that a whole header names, also after its owner's word or before a number. */
export function namedField(header: string): NamedField | null {
  const words = wordsOf(header);
  const owned = words.filter((word) => !OWNERS.has(word));
  const bare = COMPANY.test(header) ? owned : wordsOf(header.replaceAll(/\([^()]{0,100}\)/g, ' '));
  const forms = [words, owned, bare, owned.filter((word) => !/^\d{1,3}$/.test(word))].map((form) => form.join(''));
  return forms.map((form) => FIELD_OF_NAME.get(form)).find((field) => field !== undefined) ?? null;
}

/** True for a column about the user who keeps the list: `User Email`, `Owner Name`. */
export function isHostHeader(header: string): boolean {
  return wordsOf(header).some((word) => HOSTS.has(word));
}

const HOSTS = wordSet('user owner host organizer organiser creator assigned created');

/** Pattern of a company in brackets, whose name is not a person's. */
const COMPANY = /\([^()]{0,60}(?:unternehmen|firma|company|business|societe|empresa|azienda)/i;

/** True for a column of email addresses. */
export function isEmailHeader(header: string): boolean {
  const words = wordsOf(header);
  const isEmail = words.some((word) => EMAIL.has(word)) || EMAIL_PAIRS.some((pair) => hasPair(words, pair));
  return isEmail && !words.some((word) => NO_ADDRESS.has(word) || OTHER_PEOPLE.has(word));
}

const EMAIL = wordSet(`email emails emailaddress emailaddresses mail mails mailadresse mailadressen emailadresse
  emailadressen courriel courriels mel correo correoelectronico
  emailadres mailadres messagerie epost epostadress eposta epostadresi sahkoposti адрес почта`);
const EMAIL_PAIRS = [
  ['e', 'mail'],
  ['e', 'mails'],
  ['e', 'mailadres'],
  ['e', 'mailadresse'],
  ['e', 'mailadressen'],
  ['e', 'postadress'],
  ['e', 'post'],
  ['e', 'posta'],
  ['posta', 'elettronica'],
  ['poczta', 'elektroniczna'],
] as const;

function hasPair(words: readonly string[], [first, second]: readonly [string, string]): boolean {
  return words.some((word, index) => word === first && words[index + 1] === second);
}

/** Words about an email that are no address. */
const NO_ADDRESS =
  wordSet(`type typ tipo label display name opt optin optout opted in out status verified valid date count
  sent bounced bounce domain confirmed consent subscribed unsubscribed unsubscribe template id only method channel
  marketing newsletter permission accepts open opens clicks last first time at voice street postal`);

/** Words of columns about other people, whom a contact's call must not reach. */
const OTHER_PEOPLE = wordSet(`assistant assistants assistent assistenz asistente assistente secretary sekretariat
  secretaire emergency notfall urgence emergencia emergenza nood noodgeval awaryjny nodkontakt acil ice kin spouse wife
  husband parent parents mother father guardian manager supervisor boss doctor physician lawyer attorney referrer
  employer landlord vermieter referral neighbour neighbor nachbar rep salesperson salesrep agent vertreter betreuer`);

/** Words for numbers on which nobody speaks. */
const NO_VOICE = wordSet(
  `fax telefax faks telefaks telefaxnummer faxnummer pager beeper telex isdn tty tdd radio faxe facsimile`,
);

/**
 * Ranks a column of telephones for a call, the lowest first. Null if it has none, or must not be dialed. The plainest
 * name comes first, then mobile, home, work and switchboard numbers.
 */
export function telephoneRank(header: string): number | null {
  if (kindOfColumn(header) !== 'telephone' || isAboutTelephones(header)) return null;
  const words = wordsOf(header).filter((word) => !OWNERS.has(word));
  const joined = words.join('');
  const isRemark = words.some((word) => REMARKS.has(word)) && !joined.includes('whatsapp');
  const isNone = isRemark || words.some((word) => NO_VOICE.has(word) || OTHER_PEOPLE.has(word));
  if (isNone || /fax|faks/.test(joined)) return null;
  const has = (list: ReadonlySet<string>) => words.some((word) => list.has(word));
  if (PLAIN.has(words.filter((word) => !/^\d{1,3}$/.test(word)).join(''))) return RANKS.plain;
  const isMobile = MOBILE.some((part) => joined.includes(part)) || has(MOBILE_WORDS);
  if (has(EXCHANGE) && !isMobile) return RANKS.exchange;
  if (has(MAIN)) return RANKS.main;
  if (isMobile) return RANKS.mobile;
  if (has(HOME)) return RANKS.home;
  return has(WORK) ? RANKS.work : RANKS.other;
}

/** Words about a telephone, its owner or its price that are no number. */
const REMARKS =
  wordSet(`bemerkung bemerkungen memo memos note notes comment comments remark remarks kommentar hinweis remarque nota
  uwagi plan app user bill cost costs kosten usage brand preference`);

const RANKS = { plain: 0, main: 1, mobile: 2, home: 3, other: 4, work: 5, exchange: 6 } as const;

const PLAIN = wordSet(`phone phonenumber phoneno phonenr phonenum telephone telephonenumber telephoneno tel telno telnr
  telnumber telefon telefonnummer telefonnr telefono numerodetelephone numerotelephone notelephone telefoonnummer
  telefoon numerodetelefono numeroditelefono numerodetelefone telefone numertelefonu nrtelefonu telefonnumarasi
  rufnummer
  contactnumber contactno msisdn ephone e164 phonee164`);
const MAIN =
  wordSet(`primary preferred main default best haupt hauptnummer hauptrufnummer principal principale preferred
  bevorzugt prefere preferido preferito hoofdnummer glowny`);
const MOBILE = 'mobil movil handy cellul celular portable komork cellphone whatsapp matkapuhelin ceptel kannyk'.split(
  ' ',
);
const MOBILE_WORDS = wordSet('cell cel cells mob gsm sms natel cep gsmno');
const HOME = wordSet(
  'home private privat prive privado privato personal evening maison domicile casa thuis dom hem ev',
);
const WORK =
  wordSet(`work business office dienstlich geschaftlich geschaeftlich arbeit buro buero bureau travail trabajo
  oficina ufficio lavoro escritorio trabalho werk zakelijk kantoor praca sluzbowy arbete jobb kontor is firma`);
const PLACES = new Set([
  ...HOME,
  ...WORK,
  ...MAIN,
  ...wordSet('direct line contact contacts kontakt desk linea ligne other alternate'),
]);
const EXCHANGE = wordSet(
  `switchboard zentrale standard centralita centralino hotline callerid cli ani did ddi account hq company corporate
    corp
  headquarters organization organisation reception receptionist tollfree`,
);

/** True for a header that may be the number if no other names telephones: `Number`, `Contact`, `Home`. */
export function isWeakTelephoneHeader(header: string): boolean {
  const words = wordsOf(header);
  const isOther = words.some((word) => NO_VOICE.has(word) || OTHER_PEOPLE.has(word));
  return kindOfColumn(header) === 'perhaps' && !isAboutTelephones(header) && !isOther;
}

/** Returns the meaning of a weak header: `Number`, a number of something (`Cust No`), or a location (`Home`). */
export function weakKind(header: string): 'bare' | 'numbered' | 'place' | 'other' {
  const words = wordsOf(header).filter((word) => !/^\d{1,3}$/.test(word));
  if (words.every((word) => NUMBER_WORDS.has(word))) return 'bare';
  if (words.some((word) => NUMBER_WORDS.has(word))) return 'numbered';
  return words.every((word) => PLACES.has(word) || OWNERS.has(word)) ? 'place' : 'other';
}

const NUMBER_WORDS = wordSet('number numbers num no nr nummer nummern numero numer numeri numara n cislo');

/** True for headers of lists of accounts, whose numbers are those of customers or invoices. */
export function isAccountHeader(header: string): boolean {
  return wordsOf(header).some((word) => ACCOUNTS.has(word));
}

const ACCOUNTS = wordSet(`balance amount total due debit credit invoice order price paid payment vat tax account saldo
  betrag summe rechnung bestellung preis konto montant solde facture commande prix compte importe factura pedido precio
  cuenta importo fattura ordine prezzo conto fatura valor bedrag factuur bestelling prijs rekening kwota faktura
  zamowienie cena belopp order pris tutar fiyat siparis qty quantity sku`);

/** True for a column that labels a telephone: `Phone 1 - Label` of `Phone 1 - Value`. */
export function isLabelOf(header: string, telephone: string): boolean {
  const words = wordsOf(header);
  const withoutLabel = words.filter((word) => !LABELS.has(word));
  const withoutValue = wordsOf(telephone).filter((word) => word !== 'value');
  return withoutLabel.length < words.length && withoutLabel.join(' ') === withoutValue.join(' ');
}

const LABELS = wordSet('label type typ tipo');

/** True if a label says that nobody speaks on the number: `Work Fax`. */
export function isNoVoiceLabel(label: string): boolean {
  const words = wordsOf(label);
  return words.some((word) => NO_VOICE.has(word)) || /fax|faks/.test(words.join(''));
}
