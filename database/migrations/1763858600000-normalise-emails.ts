import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Stores the emails of accounts in one form, by which they are looked up. Until now PostgreSQL folded them, by rules of
 * its locale.
 *
 * 1. Lock out new accounts and invitations.
 * 2. Choose one of the users whose emails have one form: with that form already, else active, else the oldest. The
 *    others keep their writing, and nobody can log in with it. `ops outgrown` lists it, and `ops user email` gives the
 *    user another one. Their sessions and keys continue.
 * 3. Rewrite open invitations and resets.
 */
export class NormaliseEmails1763858600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('LOCK TABLE user_profiles, one_time_links IN SHARE ROW EXCLUSIVE MODE');
    await runner.query(`
      DROP INDEX user_profiles_email_key;
      CREATE UNIQUE INDEX user_profiles_email_key ON user_profiles (email)`);
    const users = await read(runner, USERS);
    await rewrite(runner, 'user_profiles', firstOfEach(users));
    await rewrite(runner, 'one_time_links', await read(runner, LINKS));
  }

  /** Restores the index. Emails keep their one form, of which no two are alike when folded. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX user_profiles_email_key;
      CREATE UNIQUE INDEX user_profiles_email_key ON user_profiles (lower(email))`);
  }
}

interface Held {
  readonly id: string;
  readonly email: string;
  readonly normal: string;
}

const USERS = 'SELECT id, email FROM user_profiles ORDER BY deactivated_at IS NOT NULL, created_at, id';
const LINKS = 'SELECT id, email FROM one_time_links WHERE used_at IS NULL';

async function read(runner: QueryRunner, query: string): Promise<Held[]> {
  const rows = (await runner.query(query)) as { id: string; email: string }[];
  return rows.map(({ id, email }) => ({ id, email, normal: normalEmail(email) }));
}

function firstOfEach(users: readonly Held[]): Held[] {
  const holders = new Map(users.filter(({ email, normal }) => email === normal).map((user) => [user.normal, user.id]));
  for (const { normal, id } of users) if (!holders.has(normal)) holders.set(normal, id);
  return users.filter(({ normal, id }) => holders.get(normal) === id);
}

const AT_ONCE = 1_000;
const LONGEST = 254;

/** Skips a form that is longer than an email may be: the row stays as it is. */
async function rewrite(runner: QueryRunner, table: 'user_profiles' | 'one_time_links', rows: Held[]): Promise<void> {
  const changed = rows.filter(({ email, normal }) => email !== normal && normal.length <= LONGEST);
  for (let n = 0; n < changed.length; n += AT_ONCE) {
    const part = changed.slice(n, n + AT_ONCE);
    await runner.query(
      `UPDATE ${table} t SET email = n.email FROM unnest($1::uuid[], $2::text[]) AS n (id, email) WHERE t.id = n.id`,
      [part.map(({ id }) => id), part.map(({ normal }) => normal)],
    );
  }
}

/** The form of libs/rules at the time of this version. */
function normalEmail(typed: string): string {
  const small = typed.trim().normalize('NFC').toLowerCase().normalize('NFC');
  const at = small.lastIndexOf('@') + 1;
  return `${small.slice(0, at)}${at > 0 ? dnsName(small.slice(at)) : small}`;
}

function dnsName(domain: string): string {
  if (/^[\0-\x7f]*$/.test(domain) || /[\0-\x20/:?#@\\%[\]]/.test(domain)) return domain;
  const url = `http://${domain}`;
  return URL.canParse(url) ? new URL(url).hostname : domain;
}
