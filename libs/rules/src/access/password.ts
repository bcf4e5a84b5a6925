/** Passwords that many people use, by rank: 0 is the commonest. */
export type CommonPasswords = ReadonlyMap<string, number>;

/** Ranks below this are rejected with digits or signs behind them as well. */
const COMMONEST = 10_000;

/** Longest tail that is ignored: a year and a sign, which people append to a word that is too short. */
const LONGEST_TAIL = 5;

const TAIL = '0123456789!?.,;:*#$@&%+-_=';

/** Characters that are checked: no password is longer. */
const MOST_CHARACTERS = 200;

const LEAST_DISTINCT = 4;

const REMEDY = 'choose another, such as four words that nobody would put together';

/**
 * Returns why a password would be guessed soon, and what to do. Null for a password that is not tried early. Capitals
 * and other forms of a letter make no difference. Each step is linear in the characters, of which 200 are checked.
 */
export function passwordProblem(password: string, common: CommonPasswords): string | null {
  const text = password.slice(0, MOST_CHARACTERS).normalize('NFKC').toLowerCase().trim().slice(0, MOST_CHARACTERS);
  const rank = common.get(text);
  if (rank !== undefined)
    return `is one of the ${rank < COMMONEST ? '10,000' : '50,000'} commonest passwords: ${REMEDY}`;
  if (isRow(text) || new Set(text).size < LEAST_DISTINCT)
    return `is a row of keys, or a few characters again and again: ${REMEDY}`;
  if (isCommonest(withoutTail(text), common) || isCommonest(unitOf(text), common))
    return `is one of the 10,000 commonest passwords, repeated or with digits or signs behind it: ${REMEDY}`;
  return null;
}

function isCommonest(text: string, common: CommonPasswords): boolean {
  return (common.get(text) ?? COMMONEST) < COMMONEST;
}

function withoutTail(text: string): string {
  let end = text.length;
  while (end > 0 && text.length - end < LONGEST_TAIL && TAIL.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** Returns the shortest part that a text repeats, or the text itself where it repeats none. */
function unitOf(text: string): string {
  const again = (text + text).indexOf(text, 1);
  return text.slice(0, again);
}

const ROWS = ['1234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm', 'qwertzuiopasdfghjklyxcvbnm'];

const ROWS_AND_BACK = ROWS.flatMap((row) => [row, [...row].toReversed().join('')]);

function isRow(text: string): boolean {
  return ROWS_AND_BACK.some((row) => row.repeat(Math.ceil(text.length / row.length) + 1).includes(text));
}
