import type { BenchDatabase } from '../site/bench-database.js';

export interface TableWrites {
  readonly table: string;
  readonly inserts: number;
  readonly updates: number;
  /** Updates that wrote no index entry (heap-only). */
  readonly hotUpdates: number;
  readonly deletes: number;
}

export interface WalWrites {
  /** Bytes without full page images, whose number depends on when a checkpoint was. */
  readonly bytes: number;
  readonly records: number;
  readonly indexEntries: number;
  readonly tables: readonly TableWrites[];
}

/** Returns how far the log has been flushed: every commit so far is in it. */
export async function walPosition(database: BenchDatabase): Promise<string> {
  const [row] = await database.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn() AS lsn');
  return row!.lsn;
}

/**
 * Returns what was written between two positions of the write-ahead log, read from the log itself (pg_walinspect). That
 * is exact at any moment, whereas sessions report to pg_stat_all_tables up to ten seconds late. Unlogged tables
 * (`rate_limits`) are not in it.
 */
export async function walBetween(database: BenchDatabase, from: string, to: string): Promise<WalWrites> {
  if (from === to) return { bytes: 0, records: 0, indexEntries: 0, tables: [] };
  const [totals] = await database.query<{ records: number; bytes: number }>(TOTALS, [from, to]);
  const [entries] = await database.query<{ entries: number }>(INDEX_ENTRIES, [from, to]);
  const tables = await database.query<TableWrites & Record<string, unknown>>(TABLES, [from, to]);
  return { bytes: totals!.bytes, records: totals!.records, indexEntries: entries!.entries, tables };
}

/**
 * Totals without what the server writes by itself (checkpoints, running transactions, hints), which depends on time.
 */
const TOTALS = `
  SELECT coalesce(sum(count), 0)::float AS records, coalesce(sum(record_size), 0)::float AS bytes
  FROM pg_get_wal_stats($1, $2, true)
  WHERE "resource_manager/record_type" !~ '^(XLOG|Standby)/'`;

const INDEX_ENTRIES = `
  SELECT count(*)::float AS entries FROM pg_get_wal_block_info($1, $2, false)
  WHERE block_id = 0 AND resource_manager = 'Btree'
    AND (record_type IN ('INSERT_LEAF', 'INSERT_POST') OR record_type LIKE 'SPLIT%' AND description LIKE 'level: 0%')`;

const TABLES = `
  WITH writes AS (
    SELECT pg_filenode_relation(reltablespace, relfilenode) AS relation, split_part(record_type, '+', 1) AS type,
      coalesce(substring(description FROM 'ntuples: (\\d+)')::int, 1) AS n
    FROM pg_get_wal_block_info($1, $2, false)
    WHERE block_id = 0 AND resource_manager IN ('Heap', 'Heap2')
      AND reldatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
  )
  SELECT coalesce(owner.oid::regclass || ' (toast)', relation::text) AS "table",
    coalesce(sum(n) FILTER (WHERE type IN ('INSERT', 'MULTI_INSERT')), 0)::float AS inserts,
    coalesce(sum(n) FILTER (WHERE type IN ('UPDATE', 'HOT_UPDATE')), 0)::float AS updates,
    coalesce(sum(n) FILTER (WHERE type = 'HOT_UPDATE'), 0)::float AS "hotUpdates",
    coalesce(sum(n) FILTER (WHERE type = 'DELETE'), 0)::float AS deletes
  FROM writes JOIN pg_class AS written ON written.oid = relation
    LEFT JOIN pg_class AS owner ON owner.reltoastrelid = relation
  WHERE written.relnamespace <> 'pg_catalog'::regnamespace
    AND type IN ('INSERT', 'MULTI_INSERT', 'UPDATE', 'HOT_UPDATE', 'DELETE')
  GROUP BY 1 ORDER BY 1`;
