import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { StepwisePattern } from './pattern-steps.js';

interface FoundPattern {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

/** Takes more than linear time, and never sees a text that is longer than what is said here. */
const BOUNDED: ReadonlyMap<string, string> = new Map([
  ['(?<=T.+)(?:Z|[+-]00:?00)$', 'a time of 64 characters that a model has named'],
  ['<([^<>]*)>[^<>]*$', 'a line of 1,000 characters of the engine'],
  ['\\/+$', 'a setting of the operator'],
  ['^[=\'"`’‘´\\s]+(?=[+\\d(])|["\'\\s]+$', 'a cell of 500 characters'],
  ['[\\s(./~-]+$', 'a cell of 500 characters'],
  ['\\b(?:aim|goal|job|purpose|task) is (to\\s[^.!?;:\\n]{3,120})', '2,000 characters of a prompt'],
  ['could not bind .* Address already in use|could not create any TCP\\/IP sockets', 'lines of our own PostgreSQL'],
  [': Call with (?<target>\\S+) terminated \\(duration: (?<said>.*)\\)$', 'a line of 2,000 characters of the engine'],
]);

/** Files that make patterns of libphonenumber's and of a table of Outdial's, which see numbers of 15 digits. */
const OF_TABLES = ['libs/geography/src/number-plans.ts', 'libs/rules/src/phone-number/number-key.ts'];

function patternsIn(folder: string): FoundPattern[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return patternsIn(path);
    return /(?<!\.spec|\.test|\.fixture)\.ts$/.test(entry.name) ? patternsOf(path) : [];
  });
}

function patternsOf(file: string): FoundPattern[] {
  const found: FoundPattern[] = [];
  const walk = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.push({ file, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    if (ts.isNewExpression(node) && node.expression.getText() === 'RegExp')
      found.push({ file, source: '', flags: 'made' });
    ts.forEachChild(node, walk);
  };
  walk(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  return found;
}

const LENGTH = 80;

/** Texts that repeat what the pattern is made of, and break off. */
function pumpsOf(pattern: StepwisePattern): ((length: number) => string)[] {
  const samples = pattern.samples().slice(0, 24);
  const repeated = (text: string, length: number) => text.repeat(Math.ceil(length / text.length)).slice(0, length);
  const beginnings = ['', ...samples.filter((text) => text.length < 40).slice(0, 12)];
  return samples.flatMap((sample) =>
    beginnings.flatMap((beginning) =>
      ['', '\u0001'].map((end) => (length: number) => beginning + repeated(sample, length) + end),
    ),
  );
}

/**
 * Measures how much more steps twice the text takes, at worst. Linear patterns take 2 times as many, quadratic ones 4.
 */
function growthOf({ source, flags }: FoundPattern): number {
  const pattern = new StepwisePattern(source, flags);
  const growths = pumpsOf(pattern).map((pump) => {
    const [once, twice, fourTimes] = [1, 2, 4].map((times) => pattern.stepsIn(pump(times * LENGTH)));
    return Math.min(twice! / once!, fourTimes! / twice!);
  });
  return Math.max(...growths, 0);
}

describe('A regular expression of ours', () => {
  const patterns = ['apps', 'libs'].flatMap(patternsIn);

  it('is found in the sources', () => {
    expect(patterns.length).toBeGreaterThan(80);
    expect(patterns.filter(({ flags, file }) => flags === 'made' && !OF_TABLES.includes(file))).toEqual([]);
  });

  it.each(patterns.filter(({ source, flags }) => flags !== 'made' && !BOUNDED.has(source)))(
    'takes linear time in the text: /$source/ in $file',
    (pattern) => {
      expect(growthOf(pattern)).toBeLessThan(2.8);
    },
  );

  it('would be found out if it took more', () => {
    for (const source of [
      '(\\w+:\\/\\/[^\\s:/@"]*):[^\\s@"]+@',
      '(?: (?:ever|ever again|again))*$',
      '\\d{3,}(\\d\\d)(?=@)',
      'geo\\w*[- ]permission',
    ])
      expect(growthOf({ file: '', source, flags: 'i' })).toBeGreaterThan(2.8);
  });

  it('is excused only where it is still there', () => {
    const sources = patterns.map(({ source }) => source);
    expect([...BOUNDED.keys()].filter((source) => !sources.includes(source))).toEqual([]);
  });
});
