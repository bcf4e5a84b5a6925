import { execFile, spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';

/** Way to run a program as a certain user. PostgreSQL refuses to run as root, and initdb as a user without a name. */
export interface Identity {
  /** Words before the program; empty if the kernel switches the user by uid and gid. */
  readonly prefix: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
  /** Variables on top of those that every program gets. */
  readonly environment?: Readonly<Record<string, string>>;
}

export const SELF: Identity = { prefix: [] };

/**
 * Environment of every program. Nothing is inherited: the caller's PGDATA, LD_LIBRARY_PATH or locale must not leak in.
 * Messages are English.
 */
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Starts `program` in a session of its own. It runs in `/`, since the identity may not read the present directory. */
export function spawnAs(
  { prefix, environment, ...ids }: Identity,
  command: readonly string[],
  stdio: StdioOptions,
): ChildProcess {
  const [program = '', ...args] = [...prefix, ...command];
  return spawn(program, args, { ...ids, stdio, env: { ...ENVIRONMENT, ...environment }, cwd: '/', detached: true });
}

/** Tells if `command` succeeds for this identity. */
export async function succeedsAs(
  { prefix, environment: _environment, ...ids }: Identity,
  command: readonly string[],
): Promise<boolean> {
  const [program = '', ...args] = [...prefix, ...command];
  return promisify(execFile)(program, args, { ...ids, env: ENVIRONMENT, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

/**
 * Lists identities to try, best first, for files of `ownerUid` (null: there are no files yet). Files of root stay
 * root's under a mapped user. Containers often forbid the mapping; files are then handed to an unprivileged user.
 */
export function identitiesFor(ownerUid: number | null): Identity[] {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) return hasName() ? [SELF] : [...mappedUser(), SELF];
  if (ownerUid !== null && ownerUid !== 0) return [{ prefix: [], uid: ownerUid, gid: groupOf(ownerUid) }];
  return [...mappedUser(), ...unprivilegedUser()];
}

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

function mappedUser(): Identity[] {
  const account = unprivilegedAccount();
  if (!account || process.platform !== 'linux') return [];
  return [{ prefix: ['unshare', '--user', `--map-user=${account.uid}`, `--map-group=${account.gid}`, '--'] }];
}

function unprivilegedUser(): Identity[] {
  const account = unprivilegedAccount();
  return account ? [{ prefix: [], uid: account.uid, gid: account.gid }] : [];
}

function unprivilegedAccount(): Account | undefined {
  const others = accounts().filter((account) => account.uid !== 0);
  return others.find((account) => account.name === 'nobody') ?? others[0];
}

function groupOf(uid: number): number {
  return accounts().find((account) => account.uid === uid)?.gid ?? uid;
}

function accounts(): Account[] {
  return readPasswd().map((line) => {
    const [name = '', , uid, gid] = line.split(':');
    return { name, uid: Number(uid), gid: Number(gid) };
  });
}

function readPasswd(): string[] {
  try {
    return readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .filter((line) => /^[^#:]+:[^:]*:-?\d+:-?\d+:/.test(line));
  } catch {
    return [];
  }
}

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}
