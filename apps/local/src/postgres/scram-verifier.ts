import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/**
 * PostgreSQL's own number, https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SCRAM-ITERATIONS.
 */
const ITERATIONS = 4_096;

/**
 * Returns the verifier that PostgreSQL stores for a password (RFC 5803). The password itself thus appears in no
 * statement and no server log. The password is normalized (RFC 4013), as drivers do at a login.
 */
export function scramVerifier(password: string, salt = randomBytes(16)): string {
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ITERATIONS, 32, 'sha256');
  const keyFor = (name: string) => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(keyFor('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${keyFor('Server Key').toString('base64')}`;
}
