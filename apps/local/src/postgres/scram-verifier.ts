import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/**
 * PostgreSQL's own number, https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SCRAM-ITERATIONS.
 */
const ITERATIONS = 4_096;

/**
 * Verifier that PostgreSQL keeps of a password (RFC 5803), so that the password itself is in no statement and in no log
 * of the server. Letters are put in one normal form (RFC 4013), as drivers do at a login.
 */
export function scramVerifier(password: string, salt = randomBytes(16)): string {
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ITERATIONS, 32, 'sha256');
  const keyFor = (name: string) => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(keyFor('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${keyFor('Server Key').toString('base64')}`;
}
