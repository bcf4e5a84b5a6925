import type { Clock } from './clock.js';

interface Appointment {
  readonly at: number;
  readonly run: () => void;
}

/** Clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  private appointments: Appointment[] = [];

  constructor(private time: number) {}

  now(): number {
    return this.time;
  }

  after(milliseconds: number, run: () => void): () => void {
    const appointment = { at: this.time + milliseconds, run };
    this.appointments.push(appointment);
    return () => this.drop(appointment);
  }

  /** Count of scheduled actions that have neither run nor been canceled. */
  get open(): number {
    return this.appointments.length;
  }

  advance(milliseconds: number): void {
    const until = this.time + milliseconds;
    for (let next = this.earliest(until); next; next = this.earliest(until)) {
      this.drop(next);
      this.time = next.at;
      next.run();
    }
    this.time = until;
  }

  private earliest(until: number): Appointment | undefined {
    return this.appointments.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
  }

  private drop(appointment: Appointment): void {
    this.appointments = this.appointments.filter((one) => one !== appointment);
  }
}
