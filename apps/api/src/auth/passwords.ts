import { hash, verify } from '@node-rs/argon2';
import { TooManyRequests } from '../errors/too-many-requests.js';

/**
 * Parameters of argon2id by the OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. argon2id is the
 * library's default algorithm.
 */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Number of hashes at once: as many as libuv has threads. The waiting ones are done within a second or two. */
const MOST_AT_ONCE = 4;
const MOST_WAITING = 60;

let atWork = 0;
const waiting: (() => void)[] = [];

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, ARGON2ID));
}

export function isPassword(password: string, passwordHash: string): Promise<boolean> {
  return inTurn(() => verify(passwordHash, password));
}

/** Hash of a random password. Verifying against it makes a login of an unknown user as slow as that of a known one. */
export const NOBODYS_HASH = hashPassword(crypto.randomUUID());

/** Runs the work when its turn comes. @throws TooManyRequests if too many wait, since other requests need the CPU. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (waiting.length >= MOST_WAITING) throw new TooManyRequests(2);
  if (atWork >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else atWork++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else atWork--;
  }
}
