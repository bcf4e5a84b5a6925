import type { CallEvent } from '#rules/call/call-report.js';
import { httpTime } from '#rules/attempt/retry-after.js';
import { toldCallSeconds } from '#rules/call/told-values.js';

/**
 * How old a call is by its provider's own clock, which is what the answer's `Date` header tells (RFC 9110, 6.6.1): the
 * clock of the worker that asks may be set wrong. Without that header only the beginning is known, and so it is where
 * no call can be of that age.
 */
export function callAge(
  startedAt: Date | undefined,
  dateHeader: string | null,
): Pick<CallEvent, 'startedAt' | 'ageSeconds'> {
  if (!startedAt) return {};
  const toldAt = httpTime(dateHeader ?? '');
  const ageSeconds = toldAt && toldCallSeconds((toldAt.getTime() - startedAt.getTime()) / 1000);
  return ageSeconds === undefined ? { startedAt } : { startedAt, ageSeconds };
}
