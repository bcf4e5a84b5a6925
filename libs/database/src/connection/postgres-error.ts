/** SQLSTATE classes 23 and 40: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';

const DEADLOCK_DETECTED = '40P01';

/** SQLSTATE codes of a lock wait, or of a whole statement, that took too long. */
const WAITED_TOO_LONG = ['55P03', '57014'];

/** True if another transaction kept a lock for too long. Retrying in smaller pieces would only wait again. */
export function isLockTimeout(error: unknown): boolean {
  return WAITED_TOO_LONG.includes(codeOf(error));
}

/** True for SQLSTATE classes 22 and 23: the values themselves cannot be stored. */
export function isUnstorable(error: unknown): boolean {
  return /^2[23]/.test(codeOf(error));
}

/** True for SQLSTATE 53100. */
export function isDiskFull(error: unknown): boolean {
  return codeOf(error) === '53100';
}

/** True for SQLSTATE 25006: a standby, or a server whose operator allows no writes. */
export function isReadOnly(error: unknown): boolean {
  return codeOf(error) === '25006';
}

/**
 * SQLSTATE 08, 53, 57P, 58, 3D and 25006. The server cannot be reached, lacks resources, shuts down or cannot use its
 * files. Or the database is missing, or may only be read.
 */
const SERVER_AWAY = /^(?:08|53|57P|58|3D|25006)/;
const SOCKET_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN']);

/**
 * True if the database cannot work for the moment, whatever the statement. pg reports some of these errors in words
 * only.
 */
export function isServerAway(error: unknown): boolean {
  return causesOf(error).some(({ code, message }) => {
    if (code !== undefined && (SOCKET_ERRORS.has(code) || SERVER_AWAY.test(code))) return true;
    return /timeout exceeded when trying to connect|Connection terminated|not queryable|Query read timeout/i.test(
      message ?? '',
    );
  });
}

/** Fields of an error as pg reports them: https://www.postgresql.org/docs/current/protocol-error-fields.html */
interface Cause {
  readonly code?: string;
  readonly message?: string;
  readonly constraint?: string;
}

/** Lists the error and the one that TypeORM wraps. */
export function causesOf(error: unknown): Cause[] {
  return [error, (error as { driverError?: unknown } | null)?.driverError].map((cause) => (cause ?? {}) as Cause);
}

function codeOf(error: unknown): string {
  return (error as { code?: string } | null)?.code ?? '';
}

export function isDeadlock(error: unknown): boolean {
  return codeOf(error) === DEADLOCK_DETECTED;
}

/** True for a violation of the unique index `constraint`, also inside TypeORM's error. */
export function violatesUnique(error: unknown, constraint: string): boolean {
  return causesOf(error).some((cause) => cause.code === UNIQUE_VIOLATION && cause.constraint === constraint);
}
