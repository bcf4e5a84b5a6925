/** Injects the calls that all workers together may place in a second; null is as many as they can. */
export const CALLS_PER_SECOND = Symbol('CallsPerSecond');
