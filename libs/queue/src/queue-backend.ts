import {
  RedisQueueBackend,
  createPostgresBackend,
  createRedisBackend,
  setDefaultBackendFactory,
  type BackendFactory,
  type ConnectionOptions,
  type Worker,
} from 'bullmq';
import { APP_ROLE } from '#config/database-roles.js';

/** Where BullMQ keeps its jobs: Redis when there is a URL for it, else the schema `bullmq` of the database. */
export interface QueueAddress {
  readonly redisUrl: string | null;
  readonly databaseUrl: string;
}

/**
 * A producer must never hang with its caller; a consumer waits for its server for as long as it takes. In a process
 * that consumes, what is published goes over the same settings: @nestjs/bullmq gives a queue and its processor one
 * connection.
 */
export type QueueSide = 'producer' | 'consumer';

/** Every pool of BullMQ's PostgreSQL backend: one per queue and one per processor in a process. */
const POSTGRES_POOL_SIZE = 4;

/**
 * Chooses BullMQ's backend for this process and says how to connect to it. BullMQ holds the choice in one process-wide
 * default, so a process has one backend, set before the first queue or worker exists.
 */
export function useQueueBackend(address: QueueAddress, side: QueueSide): ConnectionOptions {
  if (address.redisUrl !== null) {
    setDefaultBackendFactory(createRedisBackend);
    return redisConnection(address.redisUrl, side);
  }
  setDefaultBackendFactory(createPostgresBackend as unknown as BackendFactory);
  return postgresConnection(address.databaseUrl);
}

/** How long a consumer's read waits for a job; the server answers after that at the latest. */
export const BLOCKING_READ_SECONDS = 2;

/**
 * A half-open connection is noticed by a producer's command timeout, and by a consumer's silence. A server that is away
 * is tried again soon: BullMQ's own pauses grow to 20 s.
 */
function redisConnection(url: string, side: QueueSide): ConnectionOptions {
  const common = { url, maxRetriesPerRequest: null, connectTimeout: 2_000, retryStrategy: reconnectPauseMs };
  return side === 'producer'
    ? { ...common, enableOfflineQueue: false, commandTimeout: 1_000 }
    : { ...common, socketTimeout: 2.5 * BLOCKING_READ_SECONDS * 1000 };
}

/**
 * Ends a BullMQ worker; without force its current jobs end first. BullMQ waits for the end of the connection over which
 * it reads, and Redis tells none of a connection that is being made anew: such a worker is ended by force.
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

function postgresConnection(connectionString: string): object {
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
