/** Kinds of columns by their header: telephones, perhaps telephones, certainly something else, or unknown. */
export type ColumnKind = 'telephone' | 'perhaps' | 'other' | 'unknown';

/** Returns the kind of a column by its header; case, accents and signs are ignored. */
export function kindOfColumn(header: string): ColumnKind {
  const words = wordsOf(header);
  const isAny = (list: ReadonlySet<string>) => words.some((word) => list.has(word));
  const joined = words.join('');
  if (isAny(HEADERS.telephone) || PARTS.some((part) => joined.includes(part)))
    return isAny(HEADERS.aboutTelephones) ? 'perhaps' : 'telephone';
  if (isAny(HEADERS.other) || OTHER_PARTS.some((part) => joined.includes(part))) return 'other';
  return isAny(HEADERS.perhaps) ? 'perhaps' : 'unknown';
}

/**
 * Splits a header into words of letters or digits: `Tél._portable2` is tel, portable, 2; `workPhone` is work, phone.
 */
export function wordsOf(header: string): string[] {
  return plainLetters(header.slice(0, LONGEST_HEADER).replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' '))
    .split(/[^\p{L}\p{N}]+|(?<=\p{L})(?=\p{N})/u)
    .filter((word) => word !== '');
}

const LONGEST_HEADER = 200;

/**
 * Returns lower case without accents. Combining marks are removed first, because sorting a long row of them takes
 * quadratic time.
 */
export function plainLetters(text: string): string {
  return text
    .replaceAll(/\p{M}/gu, '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ł', 'l')
    .replaceAll('ø', 'o')
    .replaceAll('đ', 'd')
    .replaceAll('ı', 'i');
}

function listOf(text: string): string[] {
  return text.trim().split(/\s+/).map(plainLetters);
}

/** True if a header names a property of a telephone, such as `phone type`, and no number. */
export function isAboutTelephones(header: string): boolean {
  return wordsOf(header).some((word) => HEADERS.aboutTelephones.has(word));
}

/** Parts of headers that name telephones, whatever the other words. */
const PARTS = listOf(`
  phone telefon telephon telefoon mobil mobiel handy cellul portable movil movel celular msisdn rufnummer rufnr whatsapp
  festnetz komork contactnumber contactno contactnum numbertocall textremindernumber dialnumber kontaktnummer landline
  puhelin kannykka
  numerodecontact numerodecontacto numerodicontatto rufnummern telefax
  телефон мобильн τηλεφων κινητο 電話 电话 手机 手機 携帯 전화 휴대폰 هاتف جوال טלפון फोन फ़ोन dienthoai โทร`);

/** Parts of headers that name an id of a person or thing. */
const OTHER_PARTS = listOf(
  'kundennummer kundennr bestellnummer rechnungsnummer vertragsnummer hausnummer postleitzahl',
);

/** Words of headers; each list is in English, German, French, Spanish, Italian and Polish at least. */
const HEADERS = {
  telephone: new Set(
    listOf(`tel telno tels tlf tlfn tfno tfn fon fone fono fijo fixe fisso fax faks cell cel cells mob gsm sms natel
      handynr ani cli callerid e164 ddi did hotline switchboard`),
  ),
  /** Words for properties of a telephone: `phone type`. */
  aboutTelephones: new Set(
    listOf(`type typ tipo label date datum fecha time at verified valid status country code id consent optin optout
      carrier provider operator ext extension durchwahl os model name count confirmed`),
  ),
  perhaps: new Set(
    listOf(`number numbers num no nr nummer nummern numero numer n contact contacts kontakt contacto contatto work
      office home private privat prive privado business geschaftlich geschaeftlich dienstlich arbeit buro buero main
      direct desk personal emergency bureau travail domicile maison trabajo oficina casa ufficio lavoro praca dom line
      linea ligne dial dialled dialed call called caller callee subscriber recipient block blocked dnc donotcall
      suppressed`),
  ),
  other: new Set(
    listOf(`id ids uuid guid key account acct konto order orders bestellung invoice rechnung facture factura contract
      customer kunde client cliente vertrag contrat contrato ref reference referenz sku ean isbn iban bic vat ust tva
      tax steuer ssn nino zip zipcode postcode postal plz cp cap date datum fecha data time year jahr created updated
      modified added birth birthday dob geburtsdatum amount betrag montant importe price preis balance saldo
      revenue turnover umsatz funding salary income qty
      quantity menge count lat lng lon latitude longitude ip url email mail house street address row index pos reason
      grund raison motivo comment note notes expires expiry until`),
  ),
} as const;
