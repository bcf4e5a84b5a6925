export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

/** Calling window on the called person's clock; `to` is exclusive. */
export interface CallingWindow {
  readonly days: readonly Day[];
  /** HH:MM */
  readonly from: string;
  /** HH:MM or 24:00. A time before `from` is on the next day; the window belongs to the day on which it began. */
  readonly to: string;
}

/** Hours of the federal rule of the USA (47 CFR 64.1200(c)(1)), the most widely known. */
export const DEFAULT_CALLING_WINDOW: CallingWindow = { days: DAYS, from: '08:00', to: '21:00' };

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Returns the problem of a calling window in one sentence; null if it is valid. */
export function callingWindowProblem(window: unknown): string | null {
  if (typeof window !== 'object' || window === null || Array.isArray(window)) {
    return 'calling_window must be an object with days, from and to.';
  }
  const unknown = Object.keys(window).find((key) => !['days', 'from', 'to'].includes(key));
  if (unknown !== undefined) return `calling_window has days, from and to, and no ${JSON.stringify(unknown)}.`;
  const { days, from, to } = window as Record<string, unknown>;
  return daysProblem(days) ?? timesProblem(from, to);
}

function daysProblem(days: unknown): string | null {
  if (!Array.isArray(days) || days.length === 0) return 'calling_window.days must name at least one day.';
  const wrong: unknown = days.find((day) => !DAYS.includes(day as Day));
  if (wrong !== undefined) return `calling_window.days may have ${DAYS.join(', ')}, not ${JSON.stringify(wrong)}.`;
  return new Set(days).size === days.length ? null : 'calling_window.days must name each day once.';
}

function timesProblem(from: unknown, to: unknown): string | null {
  if (!isTime(from)) return 'calling_window.from must be a time of day from 00:00 to 23:59, written HH:MM.';
  if (!isTime(to) && to !== '24:00') {
    return 'calling_window.to must be a time of day from 00:00 to 24:00, written HH:MM.';
  }
  return from === to ? 'calling_window.from and calling_window.to must differ; all day is 00:00 to 24:00.' : null;
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && TIME.test(value);
}
