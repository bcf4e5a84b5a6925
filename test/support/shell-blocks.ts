import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** A block of shell commands in a page. */
export interface ShellBlock {
  /** Page and number of the line on which it begins. */
  readonly name: string;
  readonly page: string;
  readonly text: string;
  /** Reason why no test runs it, as its fence says after `not-run:`; null: a test runs it. */
  readonly reason: string | null;
}

const FENCE = '```';

/** Finds every block of shell commands in the README and the guides. */
export function shellBlocks(): ShellBlock[] {
  const guides = readdirSync('docs').filter((name) => name.endsWith('.md'));
  return ['README.md', ...guides.map((name) => `docs/${name}`), 'examples/README.md'].flatMap(blocksOf);
}

function blocksOf(page: string): ShellBlock[] {
  const lines = readFileSync(page, 'utf8').split('\n');
  const blocks: ShellBlock[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (!lines[at]!.trimStart().startsWith(FENCE)) continue;
    const [language, ...rest] = lines[at]!.trim().slice(FENCE.length).split(' ');
    const end = lines.findIndex((line, n) => n > at && line.trim() === FENCE);
    if (SHELLS.has(language!)) {
      const text = `${lines.slice(at + 1, end).join('\n')}\n`;
      blocks.push({ name: `${page}:${at + 1}`, page: basename(page), text, reason: reasonIn(rest.join(' ')) });
    }
    at = end;
  }
  return blocks;
}

const SHELLS = new Set(['sh', 'bash', 'shell', 'console']);
const NOT_RUN = 'not-run: ';

function reasonIn(info: string): string | null {
  return info.startsWith(NOT_RUN) ? info.slice(NOT_RUN.length) : null;
}
