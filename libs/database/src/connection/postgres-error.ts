/** SQLSTATE classes 23 and 40: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';

const DEADLOCK_DETECTED = '40P01';

/** SQLSTATE of a lock, or of a statement as a whole, that was waited for too long. */
const WAITED_TOO_LONG = ['55P03', '57014'];

/** Somebody holds what this statement wants: to try it again in smaller pieces would only wait again. */
export function isWaitedTooLong(error: unknown): boolean {
  return WAITED_TOO_LONG.includes(codeOf(error));
}

/** SQLSTATE classes 22 and 23: the values themselves cannot be stored. */
export function isUnstorable(error: unknown): boolean {
  return /^2[23]/.test(codeOf(error));
}

/** SQLSTATE 53100. */
export function isDiskFull(error: unknown): boolean {
  return codeOf(error) === '53100';
}

/** SQLSTATE 25006: a standby, or a server whose operator allows no writing. */
export function isReadOnly(error: unknown): boolean {
  return codeOf(error) === '25006';
}

/**
 * SQLSTATE 08, 53, 57P, 58, 3D, 25006: the server cannot be reached, has no room, is shutting down, cannot use its
 * files, lacks the database, or may only be read.
 */
const SERVER_AWAY = /^(?:08|53|57P|58|3D|25006)/;
const SOCKET_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN']);

/** Is the database unable to work for the moment, whatever it is asked? pg says some of it in words only. */
export function isServerAway(error: unknown): boolean {
  return causesOf(error).some(({ code, message }) => {
    if (code !== undefined && (SOCKET_ERRORS.has(code) || SERVER_AWAY.test(code))) return true;
    return /timeout exceeded when trying to connect|Connection terminated|not queryable|Query read timeout/i.test(
      message ?? '',
    );
  });
}

/** What pg says of an error: https://www.postgresql.org/docs/current/protocol-error-fields.html */
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

/** Is this the violation of the unique index `constraint`? Looks through TypeORM's wrapping. */
export function violatesUnique(error: unknown, constraint: string): boolean {
  return causesOf(error).some((cause) => cause.code === UNIQUE_VIOLATION && cause.constraint === constraint);
}
