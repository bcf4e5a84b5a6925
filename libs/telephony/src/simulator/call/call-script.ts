import type { AnsweredBy, Outcome } from '#rules/call/outcome.js';

/**
 * Course of an unanswered call. Times are milliseconds since the call was placed; `ringsAtMs` is null if no phone rang.
 */
export interface UnansweredScript {
  readonly kind: 'unanswered';
  readonly ringsAtMs: number | null;
  readonly endsAtMs: number;
  readonly status: 'no_answer' | 'busy' | 'failed' | 'canceled';
  /** Undefined if our side gave the call up. */
  readonly outcome?: Outcome;
  readonly endReason: string;
}

export interface AnsweredScript {
  readonly kind: 'answered';
  readonly ringsAtMs: number;
  readonly answeredAtMs: number;
  readonly endsAtMs: number;
  readonly answeredBy: Extract<AnsweredBy, 'human' | 'machine'>;
  readonly outcome: Outcome;
  readonly endReason: string;
  /** Delay after which the person asked to be called again; absent without such a wish. */
  readonly callbackAfterMs?: number;
}

export interface RejectedScript {
  readonly kind: 'rejected';
  readonly code: string;
}

/** Course of a call that the carrier has accepted. */
export type PlacedScript = UnansweredScript | AnsweredScript;
export type CallScript = PlacedScript | RejectedScript;

export interface CallLimits {
  readonly ringTimeoutSeconds: number;
  readonly maxCallSeconds: number;
}

/** Mean durations in seconds. With 0 and 0, calls take no time. */
export interface CallPace {
  readonly ringSeconds: number;
  readonly talkSeconds: number;
}

/** Returns the whole seconds from the answer to the end. */
export function durationSeconds({ answeredAtMs, endsAtMs }: AnsweredScript): number {
  return Math.round((endsAtMs - answeredAtMs) / 1000);
}
