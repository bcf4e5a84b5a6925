/** Returns the time that many seconds later, to the millisecond. */
export function plusSeconds(from: Date, seconds: number): Date {
  return new Date(from.getTime() + Math.round(seconds * 1000));
}
