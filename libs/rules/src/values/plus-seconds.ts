/**
 * Returns the time that many seconds later, to the millisecond.
 * @throws RangeError for a time or a number that is none. A time that is invalid would count as past, and the person be
 * called at once.
 */
export function plusSeconds(from: Date, seconds: number): Date {
  const time = new Date(from.getTime() + Math.round(seconds * 1000));
  if (Number.isNaN(time.getTime())) throw new RangeError(`There is no time ${seconds} s after ${String(from)}`);
  return time;
}
