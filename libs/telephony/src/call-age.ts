import type { CallEvent } from '#rules/call-event.js';

/**
 * How old a call is by its provider's own clock, which is what the answer's `Date` header tells (RFC 9110, 6.6.1): the clock of the worker
 * that asks may be set wrong. Without that header only the beginning is known.
 */
export function callAge(
  startedAt: Date | undefined,
  dateHeader: string | null,
): Pick<CallEvent, 'startedAt' | 'ageSeconds'> {
  if (!startedAt) return {};
  const toldAtMs = Date.parse(dateHeader ?? '');
  if (Number.isNaN(toldAtMs)) return { startedAt };
  return { startedAt, ageSeconds: Math.max(0, (toldAtMs - startedAt.getTime()) / 1000) };
}
