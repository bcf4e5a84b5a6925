export type CreateVerdict = 'taken' | 'rejected' | 'throttled' | 'too_late';

/** A create request as it reached the carrier. */
export interface CarrierCreate {
  /** The carrier's own monotonic clock, in milliseconds; and the machine's. */
  readonly t: number;
  readonly at: number;
  readonly dialerJobId: string;
  readonly to: string;
  readonly callId: string | null;
  readonly verdict: CreateVerdict;
  readonly answer: string;
}

/** A call that is over, for the carrier. */
export interface CarrierEnd {
  readonly t: number;
  readonly dialerJobId: string;
  readonly callId: string;
  readonly status: string;
  /** Answerer and outcome as the carrier knows them; null if nobody answered the phone. */
  readonly answeredBy: string | null;
  readonly outcome: string | null;
}

/** Moment of a call, on the carrier's monotonic clock. */
export interface CarrierMoment {
  readonly t: number;
  readonly callId: string;
}

export interface CarrierLog {
  readonly creates: readonly CarrierCreate[];
  readonly ends: readonly CarrierEnd[];
  readonly answers: readonly CarrierMoment[];
  /** Requests of Outdial to end a call. */
  readonly hangups: readonly CarrierMoment[];
  /** Requests to the carrier that break its own description. */
  readonly violations: readonly string[];
}

/** Reads what the carrier wrote down so far, in its order. */
export class CarrierLogReader implements CarrierLog {
  readonly creates: CarrierCreate[] = [];
  readonly ends: CarrierEnd[] = [];
  readonly answers: CarrierMoment[] = [];
  readonly hangups: CarrierMoment[] = [];
  readonly violations: string[] = [];

  /** Reads lines of JSON; kinds that tell nothing to the judge are passed over. */
  read(lines: readonly string[]): void {
    for (const line of lines) {
      const entry = JSON.parse(line) as Record<string, unknown>;
      if (entry['kind'] === 'create') this.creates.push(toCreate(entry));
      if (entry['kind'] === 'ended') this.ends.push(toEnd(entry));
      if (entry['kind'] === 'answered') this.answers.push(toMoment(entry));
      if (entry['kind'] === 'hangup') this.hangups.push(toMoment(entry));
      if (entry['kind'] === 'violation') this.violations.push(String(entry['what']));
    }
  }

  /** Calls that the carrier has taken and not ended. */
  live(): number {
    return this.creates.filter(({ verdict }) => verdict === 'taken').length - this.ends.length;
  }
}

function toCreate(entry: Record<string, unknown>): CarrierCreate {
  return {
    t: Number(entry['t']),
    at: Date.parse(String(entry['at'])),
    dialerJobId: String(entry['dialer_job_id']),
    to: String(entry['to']),
    callId: typeof entry['call_id'] === 'string' ? entry['call_id'] : null,
    verdict: entry['verdict'] as CreateVerdict,
    answer: typeof entry['answer'] === 'string' ? entry['answer'] : JSON.stringify(entry['answer']),
  };
}

function toEnd(entry: Record<string, unknown>): CarrierEnd {
  return {
    t: Number(entry['t']),
    dialerJobId: String(entry['dialer_job_id']),
    callId: String(entry['call_id']),
    status: String(entry['status']),
    answeredBy: textOf(entry['answered_by']),
    outcome: textOf(entry['outcome']),
  };
}

function toMoment(entry: Record<string, unknown>): CarrierMoment {
  return { t: Number(entry['t']), callId: String(entry['call_id']) };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
