import type { RandomNumbers } from '#rules/values/seeded-random.js';
import { LineTail } from '../line-tail.js';
import { KEEPS_THE_API_WAITING, type FailpointSchedule } from './failpoint-schedule.js';

const LOOK_EVERY_MS = 100;

/**
 * Range of the time for which a process stays frozen. Now and then the time exceeds any window in which the engine
 * waits for the process.
 */
const FROZEN_MS = [1_000, 12_000] as const;
const LONG_FROZEN_MS = 25_000;
const LONG_SHARE = 0.15;

/** Span in which a process stood still at a failpoint, in milliseconds of the machine's clock. */
export interface Freeze {
  readonly startedAt: number;
  readonly endedAt: number;
}

interface FailpointHit {
  readonly at: string;
  readonly name: string;
  readonly action: string;
  readonly pid: number;
  readonly delay_ms: number;
}

/** Follows the log of the failpoints: counts what was hit, and continues processes that stopped themselves. */
export class Thawer {
  readonly freezes: Freeze[] = [];
  /** Times at which a step was made to fail, in milliseconds of the machine's clock. */
  readonly throws: number[] = [];
  /** Spans in which a step was delayed that a command may have to wait for. */
  readonly delays: Freeze[] = [];
  private readonly tail: LineTail;
  private readonly timer: NodeJS.Timeout;
  private readonly frozen = new Map<NodeJS.Timeout, { pid: number; since: number }>();

  constructor(
    logFile: string,
    private readonly schedule: FailpointSchedule,
    private readonly random: RandomNumbers,
  ) {
    this.tail = new LineTail(logFile);
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  get frozenNow(): number {
    return this.frozen.size;
  }

  /** Continues every process that is still stopped. */
  stop(): void {
    clearInterval(this.timer);
    this.look();
    for (const timer of this.frozen.keys()) this.thaw(timer);
  }

  private look(): void {
    for (const line of this.tail.read()) {
      const { at, name, action, pid, delay_ms } = JSON.parse(line) as FailpointHit;
      this.schedule.hit(name, action);
      const hitAt = Date.parse(at);
      if (action === 'throw') this.throws.push(hitAt);
      if (action === 'delay' && KEEPS_THE_API_WAITING.test(name))
        this.delays.push({ startedAt: hitAt, endedAt: hitAt + delay_ms });
      if (action === 'stop') this.thawLater(pid);
    }
  }

  private thawLater(pid: number): void {
    const [least, most] = FROZEN_MS;
    const isLong = this.random() < LONG_SHARE;
    const timer = setTimeout(() => this.thaw(timer), isLong ? LONG_FROZEN_MS : least + this.random() * (most - least));
    this.frozen.set(timer, { pid, since: Date.now() });
  }

  private thaw(timer: NodeJS.Timeout): void {
    const frozen = this.frozen.get(timer);
    clearTimeout(timer);
    this.frozen.delete(timer);
    if (!frozen) return;
    this.freezes.push({ startedAt: frozen.since, endedAt: Date.now() });
    continueProcess(frozen.pid);
  }
}

/** Continues a process, which may have been killed while it stood still. */
function continueProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
