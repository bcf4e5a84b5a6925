import pg from 'pg';
import { APP_ROLE } from '#config/database-roles.js';
import type { Sql } from '#database/connection/sql.js';
import { inWords, powersOf } from '#database/statements/ops/login-powers.js';
import { messageOf, StartError } from '../processes/start-error.js';
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** Makes a login of the processes' own, which owns nothing, in a database that only Outdial uses. */
export async function openAppLogin(ownerUrl: string, password: string): Promise<void> {
  await asOwner(ownerUrl, (client) => setPassword(client, APP_ROLE, password));
}

/** Returns the database's address with that login. */
export function appUrl(ownerUrl: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = APP_ROLE;
  url.password = encodeURIComponent(password);
  return url.href;
}

/** kept: the login worked already · none: DATABASE_URL names the owner, or no password. */
export type LoginOutcome = 'made' | 'password set' | 'kept' | 'none';

/**
 * Makes the login that `databaseUrl` names, as the owner. The login gets that password and is a member of
 * `outdial_app`, nothing else. Running it again is safe. It never changes the password of a role that is not Outdial's.
 * @throws StartError if the owner may not make roles, or if the role belongs to another program.
 */
export async function ensureAppLogin(ownerUrl: string, databaseUrl: string): Promise<LoginOutcome> {
  const { login: owner } = partsOf(ownerUrl);
  const { login: user, password } = partsOf(databaseUrl);
  if (user === '' || password === '' || user === owner) return 'none';
  const login = withoutProject(user, owner);
  const isIn = await logsIn(databaseUrl);
  try {
    return await asOwner(ownerUrl, (client) => bringToOrder(client, { login, password, isIn }));
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    throw new StartError(
      `DATABASE_URL: the login ${login} could not be made: ${error.message}. Make it by hand: CREATE ROLE ` +
        `${login} LOGIN PASSWORD '…' IN ROLE ${APP_ROLE}.`,
      { cause: error },
    );
  }
}

/** Strips the project's reference: Supabase's pooler writes users as `role.<ref>`. */
function withoutProject(user: string, owner: string): string {
  const project = /\.[a-z\d]{16,}$/.exec(owner)?.[0];
  return project !== undefined && user.endsWith(project) ? user.slice(0, -project.length) : user;
}

interface Wanted {
  readonly login: string;
  readonly password: string;
  readonly isIn: boolean;
}

async function bringToOrder(client: pg.Client, { login, password, isIn }: Wanted): Promise<LoginOutcome> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOGIN_LOCK]);
  const { rows } = await client.query<Standing>(STANDING, [login]);
  const { exists = false, is_ours = false } = rows[0] ?? {};
  if (!isIn && exists) await requireOurs(client, login, is_ours);
  if (!isIn && !exists) await client.query(`CREATE ROLE ${pg.escapeIdentifier(login)}`);
  if (!isIn) await setPassword(client, login, password);
  if (!is_ours) await client.query(`GRANT ${APP_ROLE} TO ${pg.escapeIdentifier(login)}`);
  if (isIn) return 'kept';
  return exists ? 'password set' : 'made';
}

/** Arbitrary constant that must be the same in every version. */
const LOGIN_LOCK = 7_305_111;

interface Standing {
  readonly exists: boolean;
  /** True for the role of the processes, or a member of it. */
  readonly is_ours: boolean;
}

const STANDING = `SELECT true AS exists, pg_has_role(oid, '${APP_ROLE}', 'MEMBER') AS is_ours
  FROM pg_roles WHERE rolname = $1`;

/**
 * Rejects a foreign role. A typing error in DATABASE_URL must not change the password of the server's administrator, or
 * of another program.
 */
async function requireOurs(client: pg.Client, login: string, isOurs: boolean): Promise<void> {
  const powers = await powersOf(sqlOn(client), login);
  if (isOurs && powers.length === 0) return;
  const why = powers.length > 0 ? inWords(powers) : `is no member of ${APP_ROLE}`;
  throw new StartError(
    `DATABASE_URL: ${login} exists, does not log in with this password, and ${why}: name another login, or give ` +
      'its own password.',
  );
}

function sqlOn(client: pg.Client): Sql {
  return {
    run: async <Row extends pg.QueryResultRow>({ text }: { text: string }, values: readonly unknown[] = []) =>
      (await client.query<Row>(text, [...values])).rows,
  };
}

async function setPassword(client: pg.Client, login: string, password: string): Promise<void> {
  const verifier = pg.escapeLiteral(scramVerifier(password));
  await client.query(`ALTER ROLE ${pg.escapeIdentifier(login)} LOGIN PASSWORD ${verifier}`);
}

function partsOf(databaseUrl: string): { login: string; password: string } {
  const { username, password } = new URL(databaseUrl);
  return { login: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** SQLSTATE of invalid_password and invalid_authorization_specification: the role is missing, or may not log in. */
const REFUSED = new Set(['28P01', '28000']);

async function logsIn(databaseUrl: string): Promise<boolean> {
  const client = clientOf(databaseUrl);
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && REFUSED.has(error.code ?? '')) return false;
    throw new StartError(`DATABASE_URL: ${messageOf(error)}`, { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Runs `work` in one transaction. */
async function asOwner<T>(ownerUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = clientOf(ownerUrl);
  await client.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } finally {
    await client.end();
  }
}

function clientOf(connectionString: string): pg.Client {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000, query_timeout: 30_000 });
  client.on('error', () => undefined);
  return client;
}

/**
 * PostgreSQL's own number, https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SCRAM-ITERATIONS.
 */
const ITERATIONS = 4_096;

/**
 * Returns the verifier that PostgreSQL stores for a password (RFC 5803). The password itself thus appears in no
 * statement and no server log. The password is normalized (RFC 4013), as drivers do at a login.
 */
function scramVerifier(password: string, salt = randomBytes(16)): string {
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ITERATIONS, 32, 'sha256');
  const keyFor = (name: string) => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(keyFor('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${keyFor('Server Key').toString('base64')}`;
}
