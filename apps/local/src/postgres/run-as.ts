import { execFile, spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';

/**
 * PostgreSQL refuses to run as root, and initdb as a user without a name: an identity is how to run it all the same.
 */
export interface Identity {
  /** Words before the program; empty when the kernel switches the user by uid and gid. */
  readonly prefix: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
  /** On top of what every program gets. */
  readonly environment?: Readonly<Record<string, string>>;
}

export const SELF: Identity = { prefix: [] };

/**
 * Nothing is inherited: PGDATA, LD_LIBRARY_PATH or a locale of the caller's must not leak in; messages come in English.
 */
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Starts `program` in a session of its own, in `/`, since the present directory may be closed to the identity. */
export function spawnAs(
  { prefix, environment, ...ids }: Identity,
  command: readonly string[],
  stdio: StdioOptions,
): ChildProcess {
  const [program = '', ...args] = [...prefix, ...command];
  return spawn(program, args, { ...ids, stdio, env: { ...ENVIRONMENT, ...environment }, cwd: '/', detached: true });
}

/** Does `command` succeed for this identity? */
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
 * Identities to try, best first, for files that belong to `ownerUid` (null: there are none yet). Files that root made
 * stay root's under a mapped user; elsewhere (containers often forbid the mapping) they must be handed to an
 * unprivileged one.
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
