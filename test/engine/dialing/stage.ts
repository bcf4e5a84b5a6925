import type { INestApplicationContext } from '@nestjs/common';
import type { Environment } from '#config/settings.js';
import type { TelephonyProvider } from '#telephony/port/telephony-provider.js';
import type { ApiClient } from '../../support/api-client.js';
import { startRedis, type RunningRedis } from '../../support/redis-server.js';
import {
  createCampaign,
  dramaNumber,
  newAdmin,
  startApi,
  type CampaignBody,
  type RunningApi,
} from '../../support/running-api.js';
import { startWorker } from '../../support/running-worker.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';
import { testConfig } from '../../support/test-config.js';
import { until } from '../../support/until.js';

export type QueueBackend = 'postgres' | 'redis';

/** Database, queue, API, and a client that speaks as an admin. */
export interface ApiStage {
  readonly database: TestDatabase;
  readonly api: RunningApi;
  readonly client: ApiClient;
  readonly redis: RunningRedis | null;
  close(): Promise<void>;
}

/** An `ApiStage` with a worker: all that a story needs. */
export interface Stage extends ApiStage {
  readonly worker: INestApplicationContext;
}

/** @param provider stands in for the simulator. */
export async function setStage(
  backend: QueueBackend,
  provider?: TelephonyProvider,
  environment: Environment = {},
): Promise<Stage> {
  const stage = await setApiStage(backend, environment);
  const worker = await addWorker(stage, provider, environment);
  return {
    ...stage,
    worker,
    close: async () => {
      await worker.close();
      await stage.close();
    },
  };
}

/** A stage on which nothing is dialed before a test adds a worker. */
export async function setApiStage(backend: QueueBackend, environment: Environment = {}): Promise<ApiStage> {
  const redis = backend === 'redis' ? await startRedis() : null;
  const database = await createTestDatabase();
  const api = await startApi(testConfig(database.url, { ...queueOf({ redis }), ...environment }));
  return {
    database,
    api,
    redis,
    client: await newAdmin(api.client),
    close: async () => {
      await api.close();
      await redis?.stop();
      await database.drop();
    },
  };
}

/** Starts a worker on the database and the queue of a stage; the test closes it. */
export function addWorker(
  stage: Pick<ApiStage, 'database' | 'redis'>,
  provider?: TelephonyProvider,
  environment: Environment = {},
): Promise<INestApplicationContext> {
  return startWorker(testConfig(stage.database.url, { ...queueOf(stage), ...environment }), provider);
}

function queueOf({ redis }: Pick<ApiStage, 'redis'>): Environment {
  return redis ? { REDIS_URL: redis.url } : {};
}

/** Deletes all campaigns, and whatever else `sql` says, again and again until the engine's locks let it. */
export function clearStage(database: TestDatabase, sql = 'DELETE FROM campaigns'): Promise<true> {
  return until('the stage is cleared, whatever the engine is still doing on it', () =>
    database.query(sql).then(
      () => true,
      () => false,
    ),
  );
}

/** A campaign with `count` contacts, started. */
export async function startCampaign(
  { client }: Pick<ApiStage, 'client'>,
  { count, from = 0, ...fields }: { count: number; from?: number } & Record<string, unknown>,
): Promise<CampaignBody> {
  const campaign = await createCampaign(client, fields);
  const contacts = Array.from({ length: count }, (_, n) => ({
    phone_number: dramaNumber(from + n),
    first_name: `Lead ${n}`,
  }));
  await client.post(`/campaigns/${campaign.id}/contacts/bulk`, { contacts });
  await client.post(`/campaigns/${campaign.id}/start`);
  return campaign;
}

export async function campaignOf({ client }: Pick<ApiStage, 'client'>, id: string): Promise<CampaignBody> {
  return (await client.get<{ campaign: CampaignBody }>(`/campaigns/${id}`)).body.campaign;
}
