import type { BenchDatabase } from '../site/bench-database.js';
import type { CountingProxy } from './counting-proxy.js';
import { processorMs, serverProcessorMs } from './processor-time.js';
import { walPosition } from './wal.js';

/** Processes, database and proxy that a measurement reads. */
export interface Measured {
  readonly database: BenchDatabase;
  readonly postmasterPid: number;
  readonly apiPid: number | null;
  readonly workerPid: number | null;
  /** All connections of api and worker go through it. */
  readonly proxy: CountingProxy;
}

/** Totals up to a moment; the difference of two belongs to what happened in between. */
export interface Counters {
  readonly statements: number;
  readonly roundTrips: number;
  /** Statements of triggers and functions, foreign keys included; none where the server does not track them. */
  readonly innerStatements: number;
  readonly foreignKeyLookups: number;
  readonly commits: number;
  readonly postgresMs: number | null;
  readonly workerMs: number | null;
  readonly apiMs: number | null;
  readonly walPosition: string;
}

export async function readCounters(measured: Measured): Promise<Counters> {
  const { database, postmasterPid, apiPid, workerPid, proxy } = measured;
  const counts = {
    postgresMs: serverProcessorMs(postmasterPid),
    workerMs: workerPid === null ? null : processorMs(workerPid),
    apiMs: apiPid === null ? null : processorMs(apiPid),
    ...proxy.counts,
  };
  const [inner] = await database.query<InnerCounts & Record<string, unknown>>(INNER);
  return { ...counts, ...inner!, walPosition: await walPosition(database) };
}

type InnerCounts = Pick<Counters, 'innerStatements' | 'foreignKeyLookups' | 'commits'>;

/**
 * The server counts what is nested in a statement. What is sent is counted on its way, since BEGIN and COMMIT that are
 * prepared are missing in pg_stat_statements.
 */
const INNER = `
  SELECT coalesce(sum(calls) FILTER (WHERE NOT toplevel), 0)::float AS "innerStatements",
    coalesce(sum(calls) FILTER (WHERE NOT toplevel AND query LIKE 'SELECT % FROM ONLY % FOR KEY SHARE OF x'), 0)::float
      AS "foreignKeyLookups",
    (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())::float AS commits
  FROM pg_stat_statements`;
