import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OPS_COMMANDS } from '../../apps/local/src/ops/command-table.js';

const FOLDER = 'apps/local/src/ops';

const guide = readFileSync('docs/operations.md', 'utf8');

describe('The table of ops commands', () => {
  it('has every command that a file of its folder makes', () => {
    const texts = readdirSync(FOLDER).map((file) => readFileSync(`${FOLDER}/${file}`, 'utf8'));
    const made = texts.flatMap((text) => text.match(/: OpsCommand = \{/g) ?? []);
    expect(OPS_COMMANDS).toHaveLength(made.length);
  });

  it.each(OPS_COMMANDS)('names each option of $name, and no other, in its usage', ({ usage, options }) => {
    const named = new Set([...usage.matchAll(/--([a-z-]+)/g)].map(([, name]) => name));
    expect(named).toEqual(new Set(Object.keys(options ?? {})));
  });

  it.each(OPS_COMMANDS)('says what $name does in whole sentences', ({ summary }) => {
    expect(summary).toMatch(/^[A-Z].*\.$/s);
  });

  it.each(OPS_COMMANDS)('has a row for $name in the guide', ({ name }) => {
    expect(guide).toMatch(new RegExp(`^\\| \`${name}[ \`]`, 'm'));
  });
});
