import { AsyncLocalStorage } from 'node:async_hooks';
import { BusyConnections, sharesOf, type ConnectionWork, type WorkClass } from '#rules/access/connection-share.js';

/** Thrown when all connections that the work may have stay busy for too long. Clients see its message. */
export class ConnectionsBusy extends Error {
  override readonly name = 'ConnectionsBusy';
}

interface WaitingTerms {
  /** Time that work of a class waits for a connection. */
  readonly patienceMs: number;
  /** Number of waiting pieces of work of one class and tenant; more is rejected at once. */
  readonly mostWaiting: number;
  readonly rejection: string;
}

const TOO_MUCH = 'Too many requests are being answered at once; try again in a few seconds';

/**
 * Terms of each class, in the order in which free connections are given out. Lists are rejected first; work that stops
 * dialing is served first.
 */
const TERMS: Readonly<Record<WorkClass, WaitingTerms>> = {
  critical: { patienceMs: 30_000, mostWaiting: 1_000, rejection: TOO_MUCH },
  normal: { patienceMs: 5_000, mostWaiting: 100, rejection: TOO_MUCH },
  begun: { patienceMs: 60_000, mostWaiting: 1_000, rejection: TOO_MUCH },
  heavy: {
    patienceMs: 2_000,
    mostWaiting: 25,
    rejection: 'Too many lists and exports are being answered at once; ask for fewer of them at a time, and try again',
  },
};

/** Limit for work without a tenant: requests whose tenant is still to be found out, which is short work. */
const MOST_WAITING_UNKNOWN = 1_000;

const CLASSES = Object.keys(TERMS) as WorkClass[];

interface Waiting {
  readonly work: ConnectionWork;
  readonly admit: () => void;
}

/** A connection that the gate has given to a piece of work. */
interface Admitted {
  readonly gate: ConnectionGate;
  /** Connection that the surrounding work has from another gate. */
  readonly outer: Admitted | undefined;
  isOpen: boolean;
}

/**
 * Store for the process, not for each gate. Node asks each AsyncLocalStorage at every promise, and never drops a used
 * one. With one in each gate, 500 gates made an HTTP request cost four times as much CPU.
 */
const admittedWork = new AsyncLocalStorage<Admitted>();

/** Skips connections that were given back. So work that starts other work keeps no chain of all before it. */
function stillOpen(admitted: Admitted | undefined): Admitted | undefined {
  return admitted === undefined || admitted.isOpen ? admitted : stillOpen(admitted.outer);
}

/**
 * Shares the connections of a pool among classes of work and among tenants (docs/decisions/0037).
 *
 * 1. Work whose shares leave a connection starts at once.
 * 2. Other work waits, ordered by class and then by time, until its patience ends.
 * 3. Each free connection goes to the first waiting work whose shares leave it.
 *
 * Work that has a connection and asks for another does not wait, as it would wait for itself.
 */
export class ConnectionGate {
  private readonly busy: BusyConnections;
  private readonly queues: Readonly<Record<WorkClass, Set<Waiting>>>;

  constructor(poolSize: number) {
    this.busy = new BusyConnections(sharesOf(poolSize));
    this.queues = { critical: new Set(), normal: new Set(), begun: new Set(), heavy: new Set() };
  }

  /**
   * Runs a task once there is a connection for it.
   * @throws ConnectionsBusy if there is none in time.
   */
  async run<T>(work: ConnectionWork, task: () => Promise<T>): Promise<T> {
    const outer = stillOpen(admittedWork.getStore());
    if (this.isAdmittedIn(outer)) return task();
    await this.enter(work);
    const admitted = { gate: this, outer, isOpen: true };
    try {
      return await admittedWork.run(admitted, task);
    } finally {
      admitted.isOpen = false;
      this.leave(work);
    }
  }

  private isAdmittedIn(admitted: Admitted | undefined): boolean {
    if (admitted === undefined) return false;
    return (admitted.gate === this && admitted.isOpen) || this.isAdmittedIn(admitted.outer);
  }

  private async enter(work: ConnectionWork): Promise<void> {
    if (this.busy.canEnter(work)) return this.busy.enter(work);
    const queue = this.queues[work.workClass];
    const { patienceMs, mostWaiting, rejection } = TERMS[work.workClass];
    const waitingAlike = [...queue].filter(({ work: { tenantId } }) => tenantId === work.tenantId).length;
    if (waitingAlike >= (work.tenantId === null ? MOST_WAITING_UNKNOWN : mostWaiting))
      throw new ConnectionsBusy(rejection);
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        queue.delete(waiting);
        reject(new ConnectionsBusy(rejection));
      };
      const timer = setTimeout(giveUp, patienceMs);
      const admit = () => {
        clearTimeout(timer);
        queue.delete(waiting);
        this.busy.enter(work);
        resolve();
      };
      const waiting = { work, admit };
      queue.add(waiting);
    });
  }

  private leave(work: ConnectionWork): void {
    this.busy.leave(work);
    for (const workClass of CLASSES)
      for (const { work: next, admit } of this.queues[workClass]) if (this.busy.canEnter(next)) admit();
  }
}
