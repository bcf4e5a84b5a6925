/** SQLSTATE classes 23 and 40: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';

const DEADLOCK_DETECTED = '40P01';

/** SQLSTATE of a lock, or of a statement as a whole, that was waited for too long. */
const WAITED_TOO_LONG = ['55P03', '57014'];

/** Somebody holds what this statement wants: to try it again in smaller pieces would only wait again. */
export function isWaitedTooLong(error: unknown): boolean {
  return WAITED_TOO_LONG.includes((error as { code?: string } | null)?.code ?? '');
}

/** SQLSTATE classes 22 and 23: the values themselves cannot be stored. */
export function isUnstorable(error: unknown): boolean {
  return /^2[23]/.test((error as { code?: string } | null)?.code ?? '');
}

export function isDeadlock(error: unknown): boolean {
  return (error as { code?: string } | null)?.code === DEADLOCK_DETECTED;
}

/** Is this the violation of the unique index `constraint`? Looks through TypeORM's wrapping. */
export function violatesUnique(error: unknown, constraint: string): boolean {
  const candidates = [error, (error as { driverError?: unknown } | null)?.driverError];
  return candidates.some((candidate) => {
    const { code, constraint: violated } = (candidate ?? {}) as { code?: string; constraint?: string };
    return code === UNIQUE_VIOLATION && violated === constraint;
  });
}
