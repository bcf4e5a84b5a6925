import {
  RedisQueueBackend,
  createPostgresBackend,
  createRedisBackend,
  setDefaultBackendFactory,
  type BackendFactory,
  type ConnectionOptions,
  type RedisOptions,
  type Worker,
} from 'bullmq';
import type { PoolConfig } from 'pg';
import { APP_ROLE } from '#config/database-roles.js';

/** Storage of BullMQ's jobs: Redis if there is a URL for it, otherwise the schema `bullmq` of the database. */
export interface QueueAddress {
  readonly redisUrl: string | null;
  readonly databaseUrl: string;
}

/**
 * Side of the queue that a process is on. A producer must never block its caller; a consumer waits for its server as
 * long as necessary. A consuming process publishes with the consumer's settings: @nestjs/bullmq gives a queue and its
 * processor one connection.
 */
export type QueueSide = 'producer' | 'consumer';

/** Connections of each pool of BullMQ's PostgreSQL backend. A process has one pool per queue and one per processor. */
const POSTGRES_POOL_SIZE = 4;

/**
 * Chooses BullMQ's backend for this process and returns how to connect to it. BullMQ keeps the choice in a process-wide
 * default. A process therefore has one backend, set before its first queue or worker exists.
 */
export function useQueueBackend(address: QueueAddress, side: QueueSide): ConnectionOptions {
  if (address.redisUrl !== null) {
    setDefaultBackendFactory(createRedisBackend);
    return redisConnection(address.redisUrl, side);
  }
  setDefaultBackendFactory(createPostgresBackend as unknown as BackendFactory);
  return postgresConnection(address.databaseUrl);
}

/** Seconds for which a consumer's read waits for a job. The server answers after that at the latest. */
export const BLOCKING_READ_SECONDS = 2;

/**
 * Returns Redis settings that detect a half-open connection: a producer by its command timeout, a consumer by silence.
 * They reconnect soon, while BullMQ's own pauses grow to 20 s.
 */
function redisConnection(url: string, side: QueueSide): RedisOptions {
  const common: RedisOptions = {
    url,
    maxRetriesPerRequest: null,
    connectTimeout: 2_000,
    retryStrategy: reconnectPauseMs,
  };
  return side === 'producer'
    ? { ...common, enableOfflineQueue: false, commandTimeout: 1_000 }
    : { ...common, socketTimeout: 2.5 * BLOCKING_READ_SECONDS * 1000 };
}

/**
 * Ends a BullMQ worker after its current jobs. A worker without a connection is ended by force. BullMQ would wait for
 * its connection to end, and Redis does not report that of one that is reconnecting.
 */
export async function endWorker(worker: Worker): Promise<void> {
  await worker.close(!(await hasConnection(worker.backend)));
}

async function hasConnection(backend: unknown): Promise<boolean> {
  if (!(backend instanceof RedisQueueBackend)) return true;
  const client = await Promise.race([backend.blockingClient, Promise.resolve(null)]);
  return client?.status === 'ready';
}

function reconnectPauseMs(attempt: number): number {
  return Math.min(attempt * 200, 2_000);
}

function postgresConnection(connectionString: string): PoolConfig {
  return {
    connectionString,
    max: POSTGRES_POOL_SIZE,
    application_name: 'outdial-bullmq',
    options: `-c role=${APP_ROLE}`,
    connectionTimeoutMillis: 2_000,
    query_timeout: 6_000,
    keepAlive: true,
  };
}
