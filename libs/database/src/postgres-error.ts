/** SQLSTATE class 23: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';

/** Is this the violation of the unique index `constraint`? Looks through TypeORM's wrapping. */
export function violatesUnique(error: unknown, constraint: string): boolean {
  const candidates = [error, (error as { driverError?: unknown } | null)?.driverError];
  return candidates.some((candidate) => {
    const { code, constraint: violated } = (candidate ?? {}) as { code?: string; constraint?: string };
    return code === UNIQUE_VIOLATION && violated === constraint;
  });
}
