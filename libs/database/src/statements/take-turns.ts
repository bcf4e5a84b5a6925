import type { Sql } from '../sql.js';

/**
 * Takes the next turns of the calls per second that all workers share: one every 1/n s, by the database's clock.
 * @returns milliseconds until the last of them has come.
 */
export async function takeTurns(
  sql: Sql,
  { provider, turns, callsPerSecond }: { provider: string; turns: number; callsPerSecond: number },
): Promise<number> {
  const [row] = await sql.run<{ wait_ms: number }>(TAKE, [provider, turns, callsPerSecond]);
  return Math.max(0, row?.wait_ms ?? 0);
}

const TAKE = {
  name: 'take-turns',
  text: `
    INSERT INTO pacing AS p (provider, next_at) VALUES ($1, now() + $2::int * interval '1 second' / $3::int)
    ON CONFLICT (provider) DO UPDATE SET
      next_at = greatest(p.next_at, clock_timestamp()) + $2::int * interval '1 second' / $3::int
    RETURNING (extract(epoch FROM p.next_at - clock_timestamp()) - 1.0 / $3::int)::float8 * 1000 AS wait_ms`,
};
