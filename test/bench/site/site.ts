import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClosingStack } from '../../../apps/local/src/processes/closing-stack.js';
import { whenAborted } from '../../../apps/local/src/processes/patience.js';
import { HAS_REDIS, startRedis } from '../../support/redis-server.js';
import { describeMachine, type Machine } from '../machine.js';
import { Progress } from '../progress.js';
import type { Sizes } from '../sizes.js';
import { BenchCampaign } from './bench-campaign.js';
import { openServer, type PostgresServer } from './postgres-server.js';

/** All that the measurements share, made once. */
export interface Site {
  readonly sizes: Sizes;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly logFile: string;
  readonly machine: Machine;
  /** Null where redis-server is not installed. */
  readonly redisUrl: string | null;
  readonly large: BenchCampaign;
  readonly small: BenchCampaign;
}

export interface SiteOptions {
  readonly sizes: Sizes;
  readonly databaseUrl: string | null;
  readonly signal: AbortSignal;
}

/** Builds the site, lets `work` use it, and takes everything away again, also when building fails half-way. */
export async function withSite<T>(options: SiteOptions, work: (site: Site) => Promise<T>): Promise<T> {
  const closing = new ClosingStack();
  try {
    const isAborted = whenAborted(options.signal).then((reason) => Promise.reject(reason as Error));
    return await Promise.race([build(options, closing).then(work), isAborted]);
  } finally {
    await closing.close();
  }
}

async function build({ sizes, databaseUrl, signal }: SiteOptions, closing: ClosingStack): Promise<Site> {
  const progress = new Progress();
  const directory = await mkdtemp(join(tmpdir(), 'outdial-bench-log-'));
  closing.add(() => rm(directory, { recursive: true, force: true }));
  progress.note(databaseUrl ? 'Using the server of DATABASE_URL …' : 'Starting PostgreSQL …');
  const server = await openServer(databaseUrl);
  closing.add(() => server.stop());
  const redis = HAS_REDIS ? await startRedis() : null;
  if (redis) closing.add(() => redis.stop());
  const shared = { sizes, progress, signal, logFile: join(directory, 'apps.log') };
  const prepare = prepareOn(server, shared, closing);
  const [small, large] = await Promise.all([prepare(sizes.fewLeads), prepare(sizes.leads)]);
  return {
    ...shared,
    machine: await describeMachine(server, redis && redisVersion()),
    redisUrl: redis?.url ?? null,
    small,
    large,
  };
}

function prepareOn(
  server: PostgresServer,
  { progress, signal, logFile }: Pick<Site, 'progress' | 'signal' | 'logFile'>,
  closing: ClosingStack,
): (leads: number) => Promise<BenchCampaign> {
  return async (leads) => {
    progress.note(`Making a campaign of ${leads.toLocaleString('en')} leads …`);
    const campaign = await BenchCampaign.prepare({ server, leads, logFile, signal });
    closing.add(() => campaign.database.drop());
    return campaign;
  };
}

function redisVersion(): string {
  const { stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  return /v=(\S+)/.exec(stdout)?.[1] ?? 'of unknown version';
}
