/** The faults of the matrix that one machine can make; the numbers are the matrix's own. */
export const FAULT_TITLES = {
  F1: 'kill -9 of a worker',
  F2: 'a worker frozen (SIGSTOP) for longer than its lease',
  F3: 'named failpoints: kill, stop, throw, delay between every two steps',
  F4: 'kill -9 of the API with requests in flight',
  F5: 'PostgreSQL restarted, fast and immediate',
  F6: 'database sessions terminated',
  F7: 'a table locked for seconds',
  F8: 'the queue emptied, its connections cut, its server frozen or restarted',
  F9: 'network to and from carrier, database and queue: reset, half-open, delayed',
  F11: 'a worker whose clock is two hours off',
  F12: 'callbacks doubled, out of order, missing, before the answer',
  F13: 'several workers; two starts, and a start against a pause, at once',
  F15: 'carrier slow or frozen, 503, 429, answers lost or never given',
  F16: 'rolling restart (SIGTERM) of workers and API',
  F17: 'poison leads: huge fields, odd names, NUL bytes',
  F23: 'the clock of the database set an hour forward or back',
  F24: 'look-ups answered with 503',
} as const;

export type FaultId = keyof typeof FAULT_TITLES;
export const FAULT_IDS = Object.keys(FAULT_TITLES) as FaultId[];

export const FAULTS_LEFT_OUT = {
  F10: 'packet loss between hosts needs network namespaces',
  F14: 'a full disk needs a mount of its own',
  F18: 'a million leads are for npm run bench',
  F19: 'memory limits need control groups',
  F20: 'there is no JWKS or DNS to fail here',
} as const;

/** Fault of one kind, which can be made and healed. */
export interface Fault {
  readonly id: FaultId;
  readonly name: string;
  /** Null: it heals by itself, at once; else how long it lasts at least and at most. */
  readonly lastsMs: readonly [number, number] | null;
  /** Beginning of the recovery: `start` if the system follows up at once, `heal` if the fault keeps it out. */
  readonly recoversFrom: 'start' | 'heal';
  /** Fit for a run of a minute. */
  readonly isCheap: boolean;
  inflict(): Promise<void>;
  heal(): Promise<void>;
}

/** Fault that was made, with times in milliseconds of the machine's clock. */
export interface FaultRecord {
  readonly id: FaultId;
  readonly name: string;
  readonly recoversFrom: 'start' | 'heal';
  readonly startedAt: number;
  readonly healedAt: number;
  /** Reason why the fault could not be made; null if it was. */
  readonly failure: string | null;
}
