import { AsyncLocalStorage } from 'node:async_hooks';
import { BusyConnections, sharesOf, type ConnectionWork, type WorkClass } from '#rules/access/connection-share.js';

/** All connections that the work may have are busy, and have been for a while. Shown to clients. */
export class ConnectionsBusy extends Error {
  override readonly name = 'ConnectionsBusy';
}

interface WaitingTerms {
  /** Work of a class waits so long for a connection. */
  readonly patienceMs: number;
  /** So much work of a class and a tenant waits at the same time; more is refused at once. */
  readonly mostWaiting: number;
  readonly rejection: string;
}

const TOO_MUCH = 'Too many requests are being answered at once; try again in a few seconds';

/** In the order in which free connections are given out: lists are refused first, what stops dialing is not. */
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

/** Requests of which it is being found out whose they are; short work, of everybody. */
const MOST_WAITING_UNKNOWN = 1_000;

const CLASSES = Object.keys(TERMS) as WorkClass[];

interface Waiting {
  readonly work: ConnectionWork;
  readonly admit: () => void;
}

/** A connection that a piece of work has from a gate, or had. */
interface Admitted {
  readonly gate: ConnectionGate;
  /** What the work around it has from another gate. */
  readonly outer: Admitted | undefined;
  isOpen: boolean;
}

/**
 * One for the process: Node asks each AsyncLocalStorage at every promise, and lets none go that was used once. With one
 * in each gate, 500 gates made an HTTP request cost four times as much CPU.
 */
const admittedWork = new AsyncLocalStorage<Admitted>();

/** Leaves out what is no longer open, so that work that starts other work keeps no chain of all before it. */
function stillOpen(admitted: Admitted | undefined): Admitted | undefined {
  return admitted === undefined || admitted.isOpen ? admitted : stillOpen(admitted.outer);
}

/**
 * Shares the connections of a pool among classes of work and among tenants (docs/decisions/0037).
 *
 * 1. Work for which its shares leave a connection goes on at once.
 * 2. Other work waits in line, by class and then by time, until its patience ends.
 * 3. Each connection that comes free goes to the first in line whose shares leave it.
 *
 * Work that holds a connection and asks for another one is not made to wait: it would hold up itself.
 */
export class ConnectionGate {
  private readonly busy: BusyConnections;
  private readonly queues: Readonly<Record<WorkClass, Set<Waiting>>>;

  constructor(poolSize: number) {
    this.busy = new BusyConnections(sharesOf(poolSize));
    this.queues = { critical: new Set(), normal: new Set(), begun: new Set(), heavy: new Set() };
  }

  /** @throws ConnectionsBusy where there is no connection in time. */
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
