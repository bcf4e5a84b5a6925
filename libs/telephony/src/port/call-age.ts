import type { CallReport } from '#rules/call/call-report.js';
import { httpTime } from '#rules/attempt/retry-after.js';
import { toldCallSeconds } from '#rules/call/told-values.js';

/**
 * Returns a call's age by its provider's own clock, since the clock of the worker that asks may be wrong. The
 * provider's time is the `Date` header of its answer (RFC 9110, 6.6.1). Without that header, or with an age that no
 * call can have, only the start is returned.
 */
export function callAge(
  startedAt: Date | undefined,
  dateHeader: string | null,
): Pick<CallReport, 'startedAt' | 'ageSeconds'> {
  if (!startedAt) return {};
  const toldAt = httpTime(dateHeader ?? '');
  const ageSeconds = toldAt && toldCallSeconds((toldAt.getTime() - startedAt.getTime()) / 1000);
  return ageSeconds === undefined ? { startedAt } : { startedAt, ageSeconds };
}
