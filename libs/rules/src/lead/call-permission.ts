/** Answer in a cell: yes, no, nothing, or an unknown text. */
export type CellAnswer = 'yes' | 'no' | 'nothing' | 'unknown';

/** Characters of a cell that are read. */
const MOST_CHARACTERS = 100;

/**
 * Reads yes or no in any usual form: words of ten languages, check marks, numbers, and dates. A date is a yes since
 * that day.
 */
export function readAnswer(text: string | null): CellAnswer {
  const cell = plainCell(text ?? '');
  if (cell === '' || NOTHING.has(cell) || NO_DATE.test(cell)) return 'nothing';
  if (YES.has(cell) || isDate(cell)) return 'yes';
  if (NO.has(cell)) return 'no';
  return /^[+-]?\d{1,9}(?:[.,]\d{1,3})?$/.test(cell)
    ? Number(cell.replace(',', '.')) === 0
      ? 'no'
      : 'yes'
    : 'unknown';
}

/** True if a column that forbids calls forbids this one: its cell says yes, or is not understood. */
export function isForbidden(text: string | null): boolean {
  const answer = readAnswer(text);
  return answer === 'yes' || (answer === 'unknown' && !IN_WORDS.permitted.has(plainCell(text ?? '')));
}

/**
 * True if a column of permissions does not permit this call.
 * @param isUsed true if the first rows have an answer in the column; an empty column says nothing about anybody.
 */
export function isNotPermitted(text: string | null, isUsed: boolean): boolean {
  const answer = readAnswer(text);
  if (answer === 'nothing') return isUsed;
  return answer === 'no' || (answer === 'unknown' && !IN_WORDS.permitted.has(plainCell(text ?? '')));
}

/** True if a status says explicitly that the person must not be called. */
export function isForbiddingStatus(text: string | null): boolean {
  return IN_WORDS.forbidden.has(plainCell(text ?? ''));
}

/**
 * Returns a cell in lower case without accents, outer signs and doubled spaces. Combining marks are removed first,
 * because sorting many of them is slow.
 */
function plainCell(text: string): string {
  return text
    .slice(0, MOST_CHARACTERS)
    .replaceAll(/\p{M}/gu, '')
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .replaceAll('ı', 'i')
    .replaceAll('ł', 'l')
    .replaceAll(/[\s_'"`()!]+/g, ' ')
    .trim()
    .replace(/[.,;:]{1,5}$/, '');
}

function cells(text: string): ReadonlySet<string> {
  return new Set(text.split('|').map((one) => plainCell(one)));
}

const NOTHING = cells('-|–|—|null|none|nil|n/a|na|nan|\\n|undefined|#n/a');

const YES = cells(`yes|y|true|t|x|on|ok|checked|active|set|ja|j|wahr|oui|vrai|si|sí|s|verdadero|vero|sim|verdadeiro|waar
  |tak|prawda|sant|evet|e|dogru|ano|pravda|kylla|k|igen|igaz|da|да|✓|✔|☑|☒|✅|■|●|[x]`);

const NO =
  cells(`no|n|false|f|off|unchecked|inactive|unset|nein|falsch|non|faux|falso|nao|nee|onwaar|nie|falsz|nej|falskt|nei
  |hayir|h|yanlis|ne|nepravda|ei|nem|hamis|нет|☐|□|○|[ ]|[]`);

/** Answers in whole words, also in columns whose header is a yes-or-no question. */
const IN_WORDS = {
  permitted:
    cells(`opted in|opt in|optin|opt-in|opted-in|subscribed|callable|allowed|call allowed|calls allowed|may call
    |can call|permitted|granted|given|accepted|agreed|confirmed|consented|not blocked|not opted out|clear|erlaubt
    |erteilt|zugestimmt|autorise|accepte|accorde|permitido|aceptado|consentito|accettato|aceito|toegestaan|akkoord
    |wyrazona|tilldelat|tillatet|verildi|onaylandi|allow|permit|zulassen|zugelassen|autoriser|permitir|consenti
    |consentire|toestaan|zezwalaj|tillat|povolit|izin ver`),
  forbidden:
    cells(`dnc|do not call|donotcall|do-not-call|dnd|do not contact|do not phone|dncl|dncc|opted out|opt out|optout
    |opt-out|opted-out|unsubscribed|unsubscribe|blacklisted|blacklist|blocked|suppressed|no calls|nicht anrufen
    |keine anrufe|gesperrt|werbesperre|widerrufen|ne pas appeler|desinscrit|bloctel|no llamar|non chiamare
    |nao ligar|niet bellen|nie dzwonic|ring ej|ring inte|aramayin`),
} as const;

/** Date that databases write instead of an empty one. */
const NO_DATE = /^0{2,4}[./-]0{2}[./-]0{2,4}(?:[ t][0:.]{0,20}z?)?$/;

function isDate(cell: string): boolean {
  const numbers = /^(\d{1,4})[./ -](\d{1,2})[./ -](\d{1,4})(?:[ t].{0,40})?$/.exec(cell);
  if (numbers) return [numbers[1]!, numbers[3]!].some((part) => part.length === 4 && Number(part) >= FIRST_YEAR);
  return /^(?:\d{1,2} [a-z]{3,9}|[a-z]{3,9} \d{1,2}),? (?:19|20)\d\d\b/.test(cell);
}

/**
 * First year of a real date. Programs write earlier ones instead of none; they are unknown, so the call is forbidden.
 */
const FIRST_YEAR = 1971;
