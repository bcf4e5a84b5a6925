import { isAscii, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { CODE_PAGES, CodePageDecoder, type CodePage } from './code-pages.js';
import { DETECTED, oneByteEncodingOf, type DetectedEncoding, type EncodingGuess } from './one-byte-encoding.js';
import { TableProblem } from './table-problem.js';

const UNICODE = ['utf-8', 'utf-16le', 'utf-16be'] as const;

/** Encodings that only the sender can name. */
const NAMED = [
  'windows-1255',
  'windows-1256',
  'windows-1258',
  'windows-874',
  'iso-8859-1',
  'iso-8859-3',
  'iso-8859-4',
  'iso-8859-5',
  'iso-8859-6',
  'iso-8859-7',
  'iso-8859-8',
  'iso-8859-9',
  'iso-8859-10',
  'iso-8859-13',
  'iso-8859-14',
  'iso-8859-15',
  'koi8-r',
  'koi8-u',
  'ibm866',
  'x-mac-cyrillic',
  'shift_jis',
  'euc-jp',
  'euc-kr',
  'gb18030',
  'big5',
] as const;

const OF_DOS = ['cp437', 'cp852', 'cp857'] as const;

export type Encoding = (typeof UNICODE)[number] | DetectedEncoding | CodePage | (typeof NAMED)[number];

/** Encodings that can be read; those that are detected come first. */
export const ENCODINGS: readonly Encoding[] = [...UNICODE, ...DETECTED, ...OF_DOS, ...NAMED];

interface Decoder {
  decode(bytes?: Uint8Array, options?: { stream: boolean }): string;
}

export function textDecoder(encoding: Encoding): Decoder {
  if (encoding === 'iso-8859-1') return new CodePageDecoder('windows-1252');
  return encoding in CODE_PAGES ? new CodePageDecoder(encoding as CodePage) : new TextDecoder(encoding);
}

const BYTE_ORDER_MARKS = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
] as const;

/**
 * Detects the encoding of a text by its first bytes. A byte order mark decides, then the positions of the zero bytes
 * that UTF-16 has beside every Latin letter. Otherwise it is UTF-8 if the bytes allow it, else the most plausible
 * encoding with one byte per character.
 * @throws TableProblem if it is no text.
 */
export function encodingOf(head: Buffer): EncodingGuess<Encoding> {
  const marked = BYTE_ORDER_MARKS.find(([, mark]) => head.subarray(0, mark.length).equals(mark));
  if (marked) return sure(marked[0]);
  refuseOtherFiles(head);
  const [atEven, atOdd] = zeroBytes(head);
  if (atEven + atOdd <= head.length * STRAY) return isMostlyUtf8(head) ? sure('utf-8') : oneByteEncodingOf(head);
  const half = head.length / 2;
  if (atOdd > half * MOSTLY && atEven < half * HARDLY) return sure('utf-16le');
  if (atEven > half * MOSTLY && atOdd < half * HARDLY) return sure('utf-16be');
  throw new TableProblem('not_text', 'The file has zero bytes and is no text: save it as CSV.');
}

/** True if at least as many non-ASCII characters are valid UTF-8 as not: some lines may have another encoding. */
function isMostlyUtf8(bytes: Buffer): boolean {
  const part = bytes.subarray(0, wholeCharacters(bytes));
  if (isUtf8(part)) return true;
  const odd = part.toString('utf8').match(/[^\0-\x7f]/g) ?? [];
  const bad = odd.filter((character) => character === '\uFFFD').length;
  return odd.length > bad && odd.length - bad >= bad;
}

function sure(encoding: Encoding): EncodingGuess<Encoding> {
  return { encoding, isDoubtful: false };
}

/** Greatest share of stray zero bytes that a program left in a text; only their cells are lost. */
const STRAY = 0.005;

const MOSTLY = 0.4;
const HARDLY = 0.05;

const OTHER_FILES = [
  ['504b0304', 'This is an Excel workbook or another ZIP file: save it as CSV.'],
  ['d0cf11e0', 'This is an old Excel workbook: save it as CSV.'],
  ['25504446', 'This is a PDF: it is not a table.'],
  ['89504e47', 'This is a PNG image: it is not a table.'],
  ['ffd8ff', 'This is a JPEG image: it is not a table.'],
] as const;

function refuseOtherFiles(head: Buffer): void {
  const start = head.subarray(0, 4).toString('hex');
  const other = OTHER_FILES.find(([magic]) => start.startsWith(magic));
  if (other) throw new TableProblem('not_text', other[1]);
}

function zeroBytes(head: Buffer): [even: number, odd: number] {
  const counts: [number, number] = [0, 0];
  for (let at = head.indexOf(0); at !== -1; at = head.indexOf(0, at + 1)) counts[at % 2 === 0 ? 0 : 1]++;
  return counts;
}

/**
 * Decodes bytes as text. A file may begin with a megabyte of ASCII before its first umlaut of one byte. A piece that is
 * no UTF-8 is then read as the encoding that it looks like. A byte that fits nothing becomes U+FFFD.
 */
export async function* decoded(source: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string> {
  if (encoding === 'utf-8') return yield* decodedUtf8(source);
  const decoder = textDecoder(encoding);
  for await (const chunk of source) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function* decodedUtf8(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  let isPlain = true;
  let other: Decoder | null = null;
  for await (const chunk of source) {
    const bytes: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end: number = wholeCharacters(bytes);
    const part = bytes.subarray(0, end);
    rest = Buffer.from(bytes.subarray(end));
    if (!other && isPlain && !isMostlyUtf8(part)) other = textDecoder(oneByteEncodingOf(part).encoding);
    isPlain &&= isAscii(part);
    yield other ? other.decode(part, { stream: true }) : withoutMark(lineByLine(part));
  }
  if (rest.length > 0) yield (isPlain ? textDecoder(oneByteEncodingOf(rest).encoding) : new TextDecoder()).decode(rest);
}

/** Decodes line by line: a file that was joined of several may mix UTF-8 with an encoding of one byte. */
function lineByLine(part: Buffer): string {
  if (isUtf8(part)) return part.toString('utf8');
  const lines: string[] = [];
  for (let from = 0; from < part.length;) {
    const end = part.indexOf(LINE_FEED, from);
    const line = part.subarray(from, end === -1 ? part.length : end + 1);
    lines.push(isMostlyUtf8(line) ? line.toString('utf8') : textDecoder(oneByteEncodingOf(line).encoding).decode(line));
    from += line.length;
  }
  return lines.join('');
}

const LINE_FEED = 0x0a;

/** Removes a byte order mark. Within a text it is a space of no width, which nobody has typed into a cell. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** Returns the count of bytes that end with a whole UTF-8 character. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return back < lengthOfCharacter(byte) ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function lengthOfCharacter(first: number): number {
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}

export function isEncoding(text: string | null): text is Encoding {
  return ENCODINGS.includes(text as Encoding);
}
