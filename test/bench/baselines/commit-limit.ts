import pg from 'pg';

const CONNECTIONS = 24;
const WARM_UP_MS = 500;

/**
 * Measures how many calls per second a durable database could take at two commits of one row each. Each call inserts a
 * row and then updates it; 24 connections do so at once.
 */
export async function commitLimit(databaseUrl: string, seconds: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  try {
    await pool.query(
      'CREATE TABLE bench_commits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, status text NOT NULL)',
    );
    await callsUntil(pool, performance.now() + WARM_UP_MS);
    const startedAt = performance.now();
    const calls = await callsUntil(pool, startedAt + seconds * 1000);
    const elapsedMs = performance.now() - startedAt;
    await pool.query('DROP TABLE bench_commits');
    return (1000 * calls) / elapsedMs;
  } finally {
    await pool.end();
  }
}

async function callsUntil(pool: pg.Pool, deadline: number): Promise<number> {
  const counts = await Promise.all(Array.from({ length: CONNECTIONS }, () => callsOnOne(pool, deadline)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function callsOnOne(pool: pg.Pool, deadline: number): Promise<number> {
  const client = await pool.connect();
  let calls = 0;
  while (performance.now() < deadline) {
    const { rows } = await client.query<{ id: string }>(INSERT);
    await client.query({ ...UPDATE, values: [rows[0]?.id] });
    calls += 1;
  }
  client.release();
  return calls;
}

const INSERT = { name: 'bench-insert', text: `INSERT INTO bench_commits (status) VALUES ('initiated') RETURNING id` };
const UPDATE = { name: 'bench-update', text: `UPDATE bench_commits SET status = 'completed' WHERE id = $1` };
