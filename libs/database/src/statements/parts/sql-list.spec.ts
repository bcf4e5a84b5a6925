import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DIALER_JOB_STATUSES } from '#rules/attempt/dialer-job-status.js';
import { CALL_STATUSES } from '#rules/call/call-status.js';
import { OUTCOMES } from '#rules/call/outcome.js';
import { CAMPAIGN_STATUSES } from '#rules/campaign/campaign-status.js';
import { IMPORT_STATUSES } from '#rules/lead/import-status.js';
import { LEAD_STATUSES } from '#rules/lead/lead-status.js';
import { sqlList } from './sql-list.js';

const WORDS: ReadonlySet<string> = new Set([
  ...CAMPAIGN_STATUSES,
  ...LEAD_STATUSES,
  ...DIALER_JOB_STATUSES,
  ...CALL_STATUSES,
  ...IMPORT_STATUSES,
  ...OUTCOMES,
]);

/** Finds lists of statuses that stand in the text of a statement, word by word. */
function inlineLists(text: string): string[] {
  const lists = text.match(/\bIN \('\w+'(, '\w+')+\)/g) ?? [];
  return lists.filter((list) => [...list.matchAll(/'(\w+)'/g)].every(([, word]) => WORDS.has(word!)));
}

describe('sqlList', () => {
  it('renders words as literals', () => {
    expect(sqlList(['queued', 'dialing'])).toBe(`'queued', 'dialing'`);
  });

  it('renders each list of statuses in the statements', () => {
    expect(inlineLists(`status NOT IN ('pending', 'removed') AND kind IN ('r', 'p')`)).toHaveLength(1);
    const folder = join(import.meta.dirname, '..');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /(?<!spec)\.ts$/.test(file),
    );
    const found = files.flatMap((file) =>
      inlineLists(readFileSync(join(folder, file), 'utf8')).map((list) => `${file}: ${list}`),
    );
    expect(found).toEqual([]);
  });
});
