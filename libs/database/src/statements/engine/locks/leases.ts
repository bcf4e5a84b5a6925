import type { Sql } from '../../../connection/sql.js';

/** A lease as stored. Its holder writes a new `expires_at` with each renewal. */
export interface StandingLease {
  readonly holder: string;
  /** Time as PostgreSQL writes it; `-infinity`: the holder gave the lease up. */
  readonly expires_at: string;
}

/**
 * Makes `holder` the only process that does `name`. It may renew its own lease, and acquire one that is new or was
 * given up. It gets another holder's lease only if that is unchanged from `dead`. `expires_at` alone proves nothing,
 * since the database's clock may be set.
 */
export async function acquireLease(
  sql: Sql,
  { name, holder, seconds, dead }: { name: string; holder: string; seconds: number; dead: StandingLease | null },
): Promise<boolean> {
  const rows = await sql.run(ACQUIRE_LEASE, [name, holder, seconds, dead?.holder ?? null, dead?.expires_at ?? null]);
  return rows.length > 0;
}

const ACQUIRE_LEASE = {
  name: 'acquire-lease',
  text: `
    INSERT INTO leases AS l (name, holder, expires_at) VALUES ($1, $2, now() + $3 * interval '1 second')
    ON CONFLICT (name) DO UPDATE SET holder = EXCLUDED.holder, expires_at = EXCLUDED.expires_at
    WHERE l.holder = EXCLUDED.holder OR l.expires_at = '-infinity'
      OR (l.holder = $4::text AND l.expires_at::text = $5::text)
    RETURNING l.name`,
};

/** Gives the lease up, so that another process may acquire it at once. Does nothing if `holder` has lost it. */
export async function giveUpLease(sql: Sql, { name, holder }: { name: string; holder: string }): Promise<void> {
  await sql.run(GIVE_UP_LEASE, [name, holder]);
}

const GIVE_UP_LEASE = {
  name: 'give-up-lease',
  text: `UPDATE leases SET expires_at = '-infinity' WHERE name = $1 AND holder = $2`,
};

/** Returns the lease as stored; undefined if no process ever had it. */
export async function standingLease(sql: Sql, name: string): Promise<StandingLease | undefined> {
  const [lease] = await sql.run<StandingLease>(STANDING, [name]);
  return lease;
}

const STANDING = { name: 'standing-lease', text: `SELECT holder, expires_at::text FROM leases WHERE name = $1` };
