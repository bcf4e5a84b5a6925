import { BUILT_IN_VARIABLES, LONGEST_NAME, oneLine } from './template-names.js';

/** Part of a text with variables. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | VariablePart
  /** Single braces around something else than a name, as in JSON; `odd`: braces without meaning, which are dropped. */
  | { readonly kind: 'open' }
  | { readonly kind: 'close'; readonly count: number }
  | { readonly kind: 'odd'; readonly source: string };

export interface VariablePart {
  readonly kind: 'variable';
  readonly name: string;
  /** Text that is said if there is no value; null if none is given. */
  readonly fallback: string | null;
  readonly source: string;
  readonly isWellFormed: boolean;
}

/** Longest content between two pairs of braces: a name and a fallback of one sentence. */
const LONGEST_CONTENT = 600;

const BRACE = /[{}]/g;

/** Splits a text into its parts. It reads every character at most three times, whatever the text. */
export function templateParts(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  for (let at = 0; at < text.length;) {
    const brace = nextBrace(text, at);
    if (brace > at) parts.push({ kind: 'text', text: text.slice(at, brace) });
    if (brace === text.length) break;
    const end = endOfRun(text, brace);
    if (text[brace] === '}') {
      parts.push({ kind: 'close', count: end - brace });
      at = end;
    } else at = openedAt(text, { from: brace, end }, parts);
  }
  return parts;
}

interface Run {
  readonly from: number;
  readonly end: number;
}

/** Returns the position at which reading continues. */
function openedAt(text: string, run: Run, parts: TemplatePart[]): number {
  const opened = run.end - run.from;
  const next = nextBrace(text, run.end);
  const isClosed = text[next] === '}' && next - run.end <= LONGEST_CONTENT;
  const content = isClosed ? text.slice(run.end, next) : '';
  if (isClosed && (opened > 1 || isTag(content) || NAME_LIKE.test(content))) {
    const closed = Math.min(opened, endOfRun(text, next) - next);
    const source = text.slice(run.from, next + closed);
    parts.push(isTag(content) ? { kind: 'odd', source } : variableOf(content, source, opened === 2 && closed === 2));
    return next + closed;
  }
  const unclosed = UNCLOSED_NAME.exec(text.slice(run.end, run.end + LONGEST_NAME));
  if (!isClosed && unclosed && isSurelyAName(unclosed, opened)) {
    const end = run.end + unclosed[0].length;
    parts.push(variableOf(unclosed[1]!, text.slice(run.from, end), false));
    return end;
  }
  const isLiteral = opened === 1 && text[run.end] !== '%';
  parts.push(isLiteral ? { kind: 'open' } : { kind: 'odd', source: text.slice(run.from, run.end) });
  return run.end;
}

function nextBrace(text: string, from: number): number {
  BRACE.lastIndex = from;
  return BRACE.exec(text)?.index ?? text.length;
}

function endOfRun(text: string, from: number): number {
  let end = from + 1;
  while (text[end] === text[from]) end++;
  return end;
}

/** Text in single braces that was probably meant as a variable: a name and perhaps a fallback. */
const NAME_LIKE = /^[^\S\n]{0,9}[\p{L}_][\p{L}\p{N}\p{M}_. -]{0,60}(?:\|[^\n]*)?$/u;

/** Name after braces that are not closed. */
const UNCLOSED_NAME =
  /^[^\S\n]{0,9}([\p{L}_][\p{L}\p{N}\p{M}_]{0,60}(?:\.[\p{L}\p{N}\p{M}_]{1,60}){0,5})(?:[^\S\n]{0,9}\|)?/u;

/** True if the match is surely a name. A word of a sentence stays, because a brace before it must not remove it. */
function isSurelyAName([source, name]: RegExpExecArray, opened: number): boolean {
  if (/[_.]/.test(name!) || Object.hasOwn(BUILT_IN_VARIABLES, name!.toLowerCase())) return true;
  return opened > 1 && source.startsWith(name!);
}

/** True for `{% … %}` and `{# … #}`, statements of other template languages. */
function isTag(content: string): boolean {
  const sign = content[0];
  return content.length > 1 && (sign === '%' || sign === '#') && content.endsWith(sign);
}

function variableOf(
  content: string,
  source: string,
  isWellFormed: boolean,
): VariablePart | { kind: 'odd'; source: string } {
  const bar = content.indexOf('|');
  const name = oneLine(bar === -1 ? content : content.slice(0, bar));
  const fallback = bar === -1 ? null : fallbackOf(content.slice(bar + 1));
  if (name === '' || name.length > LONGEST_NAME) {
    return fallback === null
      ? { kind: 'odd', source }
      : { kind: 'variable', name: '', fallback, source, isWellFormed: false };
  }
  return { kind: 'variable', name, fallback, source, isWellFormed };
}

const QUOTES = ['""', "''", '“”', '‘’', '„“', '«»', '``'];

/** Returns a fallback, with or without quotes; `default:` begins one in other template languages. */
function fallbackOf(text: string): string {
  const plain = oneLine(text).replace(/^default: ?/, '');
  const isQuoted = plain.length > 1 && QUOTES.includes(plain[0]! + plain.at(-1)!);
  return isQuoted ? plain.slice(1, -1).trim() : plain;
}
