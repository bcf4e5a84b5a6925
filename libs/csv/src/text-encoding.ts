import { isAscii, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { TableProblem } from './table-problem.js';

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof ENCODINGS)[number];

const BYTE_ORDER_MARKS = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
] as const;

/**
 * The encoding of a text by its first bytes: its byte order mark; where the zero bytes stand that UTF-16 has beside
 * every Latin letter; UTF-8 if it can be that, else Windows-1252, which is what Excel writes in the west.
 * @throws TableProblem when it is no text.
 */
export function encodingOf(head: Buffer): Encoding {
  const marked = BYTE_ORDER_MARKS.find(([, mark]) => head.subarray(0, mark.length).equals(mark));
  if (marked) return marked[0];
  refuseOtherFiles(head);
  const [atEven, atOdd] = zeroBytes(head);
  if (atEven + atOdd === 0) return isUtf8(head.subarray(0, wholeCharacters(head))) ? 'utf-8' : 'windows-1252';
  const half = head.length / 2;
  if (atOdd > half * MOSTLY && atEven < half * HARDLY) return 'utf-16le';
  if (atEven > half * MOSTLY && atOdd < half * HARDLY) return 'utf-16be';
  throw new TableProblem('not_text', 'The file holds zero bytes and is no text: save it as CSV.');
}

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
 * Bytes as text. A file may begin with a megabyte of plain ASCII and have its first umlaut, of Windows-1252, then: what
 * was taken for UTF-8 is read as Windows-1252 from there. A byte that fits nothing becomes U+FFFD.
 */
export async function* decoded(source: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string> {
  if (encoding === 'utf-8') return yield* decodedUtf8(source);
  const decoder = new TextDecoder(encoding);
  for await (const chunk of source) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function* decodedUtf8(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  let isPlain = true;
  let other: TextDecoder | null = null;
  for await (const chunk of source) {
    const bytes: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end: number = wholeCharacters(bytes);
    const part = bytes.subarray(0, end);
    rest = Buffer.from(bytes.subarray(end));
    if (!other && isPlain && !isUtf8(part)) other = new TextDecoder('windows-1252');
    isPlain &&= isAscii(part);
    yield other ? other.decode(part, { stream: true }) : withoutMark(part.toString('utf8'));
  }
  if (rest.length > 0) yield (isPlain ? new TextDecoder('windows-1252') : new TextDecoder()).decode(rest);
}

/** Where a mark stands within a text it is a space of no width, which nobody has typed into a cell either. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** How many bytes from the start end with a whole UTF-8 character. */
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
