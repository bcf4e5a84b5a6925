import type { AnsweredBy, Outcome } from '#rules/call/outcome.js';

/** A call that nobody took. Times are milliseconds since it was placed; `ringsAtMs` is null when no phone rang. */
export interface UnansweredScript {
  readonly kind: 'unanswered';
  readonly ringsAtMs: number | null;
  readonly endsAtMs: number;
  readonly status: 'no_answer' | 'busy' | 'failed' | 'canceled';
  /** Undefined when we gave the call up ourselves. */
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
  /** When the person wants to be called again, where they asked for it. */
  readonly callbackAfterMs?: number;
}

export interface RejectedScript {
  readonly kind: 'rejected';
  readonly code: string;
}

/** What happens to a call that the carrier has taken. */
export type PlacedScript = UnansweredScript | AnsweredScript;
export type CallScript = PlacedScript | RejectedScript;

export interface CallLimits {
  readonly ringTimeoutSeconds: number;
  readonly maxCallSeconds: number;
}

/** Mean seconds; 0 and 0 make an instant carrier. */
export interface CallPace {
  readonly ringSeconds: number;
  readonly talkSeconds: number;
}

/** As it is told: whole seconds from answer to end. */
export function durationSeconds({ answeredAtMs, endsAtMs }: AnsweredScript): number {
  return Math.round((endsAtMs - answeredAtMs) / 1000);
}
