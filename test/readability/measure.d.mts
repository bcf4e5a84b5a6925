export interface Place {
  readonly path: string;
  /** Line number, from 1. */
  readonly at: number;
  readonly text: string;
  readonly details?: readonly string[];
}

export interface Figure {
  /** Name for `--list`. */
  readonly key: string;
  readonly what: string;
  readonly today: string;
  /** A dash when there is none. */
  readonly aim: string;
  readonly isOk: boolean;
  /** Tells when a missed aim fails the run. */
  readonly fails: 'always' | 'strict' | 'never';
  readonly places: readonly Place[];
}

/** Measures the checkout below `root`. */
export function measure(root: string): Figure[];
