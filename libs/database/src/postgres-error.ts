/** SQLSTATE classes 23 and 40: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';

const DEADLOCK_DETECTED = '40P01';

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
