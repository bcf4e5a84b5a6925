/**
 * Shifts what `Date` says by so many milliseconds, as on a machine whose clock is set wrong. It is loaded before a
 * program (`node --import …/skewed-clock.js?7200000`). Durations (`performance.now`, timers) stay as they are.
 */
const skewMs = Number(new URL(import.meta.url).search.slice(1));
const RealDate = Date;

class SkewedDate extends RealDate {
  constructor(...given: unknown[]) {
    super(...((given.length === 0 ? [SkewedDate.now()] : given) as [number]));
  }

  static override now(): number {
    return RealDate.now() + skewMs;
  }
}

/** `Date()` without `new` is legal, and the present as a text. */
globalThis.Date = new Proxy(SkewedDate, {
  apply: () => new SkewedDate().toString(),
}) as unknown as DateConstructor;
