import type { BenchApi } from '../site/bench-api.js';
import type { BenchCampaign } from '../site/bench-campaign.js';
import { BenchSystem } from '../site/bench-system.js';
import type { Site } from '../site/site.js';
import { median } from '../statistics.js';
import type { Sample } from './sample.js';

const PAGE_SIZE = 100;

/** Pages that are asked for, by the line of the table that each gives. */
const PAGES = ['list-stats', 'list-first', 'list-last', 'list-found'] as const;
type PageName = (typeof PAGES)[number];

/** Asks for the same pages of the large and the small campaign in turn, each through its own API. */
export async function measureLists(site: Site): Promise<Sample[]> {
  await site.small.reseed();
  const [many, few] = await Promise.all([openApi(site, site.large), openApi(site, site.small)]);
  try {
    const [large, small] = [await pathsOf(many.api, site.large), await pathsOf(few.api, site.small)];
    const samples: Sample[] = [];
    for (const page of PAGES) {
      const times = await timeInTurn(site, [many.api, large[page]], [few.api, small[page]]);
      samples.push({ line: page, outdial: median(times[0]), against: median(times[1]) });
    }
    site.progress.note(`lists: ${samples.map(millisecondsOf).join(', ')}`);
    return samples;
  } finally {
    await Promise.all([many.system.stop(), few.system.stop()]);
  }
}

async function openApi({ logFile, signal }: Site, { database, login }: BenchCampaign) {
  const system = await BenchSystem.start({ databaseUrl: database.url, redisUrl: null, logFile, signal });
  return { system, api: await system.logIn(login) };
}

async function pathsOf(api: BenchApi, { id }: BenchCampaign): Promise<Record<PageName, string>> {
  const contacts = `/campaigns/${id}/contacts`;
  const { total } = await api.page(`${contacts}?page_size=1`);
  const lastButOne = Math.max(1, Math.ceil(total / PAGE_SIZE) - 1);
  const { next_cursor } = await api.page(`${contacts}?page_size=${PAGE_SIZE}&page=${lastButOne}`);
  return {
    'list-stats': `/campaigns/${id}/stats`,
    'list-first': contacts,
    'list-last': `${contacts}?page_size=${PAGE_SIZE}&cursor=${next_cursor}`,
    'list-found': `${contacts}?status=exhausted&page_size=${PAGE_SIZE}`,
  };
}

type Request = readonly [api: BenchApi, path: string];

async function timeInTurn({ sizes, signal }: Site, ...requests: [Request, Request]): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let n = 0; n < sizes.pages; n++) {
    signal.throwIfAborted();
    for (const [index, [api, path]] of requests.entries()) {
      const startedAt = performance.now();
      await api.page(path);
      if (n > 0) times[index as 0 | 1].push(performance.now() - startedAt);
    }
  }
  return times;
}

function millisecondsOf({ line, outdial, against }: Sample): string {
  return `${line} ${outdial.toFixed(1)}/${against.toFixed(1)} ms`;
}
