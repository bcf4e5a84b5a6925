import type { Sql } from '../../../connection/sql.js';

/** A lease as it stands; whoever renews it writes another `expires_at`. */
export interface StandingLease {
  readonly holder: string;
  /** As PostgreSQL writes it; `-infinity`: it was given up. */
  readonly expires_at: string;
}

/**
 * Makes `holder` the only one that does `name`: it may renew its own lease, and take one that nobody has or that was
 * given up. One that another holds goes to it only as it stands in `dead`: the clock of the database may be set, so
 * `expires_at` is no proof by itself.
 */
export async function takeLease(
  sql: Sql,
  { name, holder, seconds, dead }: { name: string; holder: string; seconds: number; dead: StandingLease | null },
): Promise<boolean> {
  const rows = await sql.run(TAKE_LEASE, [name, holder, seconds, dead?.holder ?? null, dead?.expires_at ?? null]);
  return rows.length > 0;
}

const TAKE_LEASE = {
  name: 'take-lease',
  text: `
    INSERT INTO leases AS l (name, holder, expires_at) VALUES ($1, $2, now() + $3 * interval '1 second')
    ON CONFLICT (name) DO UPDATE SET holder = EXCLUDED.holder, expires_at = EXCLUDED.expires_at
    WHERE l.holder = EXCLUDED.holder OR l.expires_at = '-infinity' OR (l.holder = $4::text AND l.expires_at::text = $5::text)
    RETURNING l.name`,
};

/** Lets somebody else do it from now on; nothing happens where `holder` does not have it any more. */
export async function giveUpLease(sql: Sql, { name, holder }: { name: string; holder: string }): Promise<void> {
  await sql.run(GIVE_UP_LEASE, [name, holder]);
}

const GIVE_UP_LEASE = {
  name: 'give-up-lease',
  text: `UPDATE leases SET expires_at = '-infinity' WHERE name = $1 AND holder = $2`,
};

/** Undefined where nobody has ever had it. */
export async function standingLease(sql: Sql, name: string): Promise<StandingLease | undefined> {
  const [lease] = await sql.run<StandingLease>(STANDING, [name]);
  return lease;
}

const STANDING = { name: 'standing-lease', text: `SELECT holder, expires_at::text FROM leases WHERE name = $1` };
