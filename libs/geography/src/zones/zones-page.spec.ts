import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { zonesPage } from './zones-page.fixture.js';

const PAGE = '../../../../docs/zones.md';
const FILE = new URL(PAGE, import.meta.url);

/**
 * True if the page is of another release of the tz database. Clocks of coming years differ between releases, so the
 * page would differ.
 */
const isOfAnotherRelease =
  existsSync(FILE) &&
  !/tz\s+database\s+(\d{4}[a-z])/.exec(readFileSync(FILE, 'utf8'))?.includes(process.versions['tz']!);

it.skipIf(isOfAnotherRelease)('docs/zones.md shows what the tables change', async () => {
  const options = await resolveConfig(fileURLToPath(FILE));
  await expect(await format(zonesPage(), { ...options, parser: 'markdown' })).toMatchFileSnapshot(PAGE);
});
