/** Number in a JSON text that JSON.parse changes: 2^53 + 1 becomes 2^53. */
export interface ChangedNumber {
  /** Field names and list indexes that lead to it. */
  readonly path: readonly (string | number)[];
  readonly source: string;
  /** Number that it becomes. */
  readonly read: string;
}

/** List or object that is still open. */
interface Container {
  readonly isObject: boolean;
  /** Position of the quoted name of the latest field. */
  name: readonly [from: number, end: number];
  index: number;
}

const NUMBER_SIGNS = '0123456789+-.eE';

/** Digits up to which a number is never changed: a double carries 15. */
const SURELY_KEPT = 15;

/**
 * Finds the first `most` numbers that JSON.parse changes. The text must be valid JSON. Reads every character once or
 * twice.
 */
export function changedNumbers(text: string, most: number): ChangedNumber[] {
  const found: ChangedNumber[] = [];
  const open: Container[] = [];
  for (let at = 0; at < text.length && found.length < most; at++) {
    const character = text[at]!;
    const container = open.at(-1);
    if (character === '"') {
      const end = endOfString(text, at);
      if (container?.isObject) container.name = nameAt(text, [at, end], container.name);
      at = end;
    } else if (character === '{' || character === '[') {
      open.push({ isObject: character === '{', name: [0, 0], index: 0 });
    } else if (character === '}' || character === ']') open.pop();
    else if (character === ',' && container) container.index++;
    else if (character === '-' || (character >= '0' && character <= '9')) {
      const source = numberAt(text, at);
      const read = String(Number(source));
      if (!isKept(source, read)) found.push({ path: open.map((one) => stepInto(one, text)), source, read });
      at += source.length - 1;
    }
  }
  return found;
}

function endOfString(text: string, from: number): number {
  let end = from + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
}

const BLANKS = ' \t\n\r';

/** Returns the position of the string if a colon follows, which makes it a name. Otherwise the earlier name stays. */
function nameAt(text: string, [from, end]: Container['name'], before: Container['name']): Container['name'] {
  let next = end + 1;
  while (next < text.length && BLANKS.includes(text[next]!)) next++;
  return text[next] === ':' ? [from, end + 1] : before;
}

/** Returns the name or index of a step of a path. A long name is cut, since every number may repeat it. */
function stepInto({ isObject, name: [from, end], index }: Container, text: string): string | number {
  if (!isObject) return index;
  const isLong = end - from > LONGEST_NAME;
  return isLong ? `${text.slice(from + 1, from + LONGEST_NAME)} …` : (JSON.parse(text.slice(from, end)) as string);
}

const LONGEST_NAME = 300;

function numberAt(text: string, from: number): string {
  let end = from;
  while (end < text.length && NUMBER_SIGNS.includes(text[end]!)) end++;
  return text.slice(from, end);
}

function isKept(source: string, read: string): boolean {
  if (source.length <= SURELY_KEPT && !/[eE]/.test(source)) return true;
  return decimal(source) === decimal(read);
}

/** Writes a number in one normal form. */
function decimal(source: string): string {
  const [mantissa = '', exponent = '0'] = source.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = withoutZerosBefore(whole + fraction);
  const kept = withoutZerosBehind(digits);
  if (kept === '') return '0';
  const power = Number(exponent) - fraction.length + digits.length - kept.length;
  return `${mantissa.startsWith('-') ? '-' : ''}${kept}e${power}`;
}

function withoutZerosBefore(digits: string): string {
  let from = 0;
  while (digits[from] === '0') from++;
  return digits.slice(from);
}

function withoutZerosBehind(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}
