import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { zonesPage } from './zones-page.fixture.js';

const PAGE = '../../../../docs/zones.md';

it('docs/zones.md shows what the tables change', async () => {
  const options = await resolveConfig(new URL(PAGE, import.meta.url).pathname);
  await expect(await format(zonesPage(), { ...options, parser: 'markdown' })).toMatchFileSnapshot(PAGE);
});
