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
  readonly refusal: string;
}

const TOO_MUCH = 'Too many requests are being answered at once; try again in a few seconds';

/** In the order in which free connections are given out: lists are refused first, what stops dialing is not. */
const TERMS: Readonly<Record<WorkClass, WaitingTerms>> = {
  critical: { patienceMs: 30_000, mostWaiting: 1_000, refusal: TOO_MUCH },
  normal: { patienceMs: 5_000, mostWaiting: 100, refusal: TOO_MUCH },
  begun: { patienceMs: 60_000, mostWaiting: 1_000, refusal: TOO_MUCH },
  heavy: {
    patienceMs: 2_000,
    mostWaiting: 25,
    refusal: 'Too many lists and exports are being answered at once; ask for fewer of them at a time, and try again',
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
interface Held {
  readonly gate: ConnectionGate;
  /** What the work around it has from another gate. */
  readonly outer: Held | undefined;
  isHeld: boolean;
}

/**
 * One for the process: Node asks each AsyncLocalStorage at every promise, and lets none go that was used once. With one
 * in each gate, 500 gates made an HTTP request cost four times as much CPU.
 */
const heldConnections = new AsyncLocalStorage<Held>();

/** Leaves out what is no longer held, so that work that starts other work keeps no chain of all before it. */
function stillHeld(held: Held | undefined): Held | undefined {
  return held === undefined || held.isHeld ? held : stillHeld(held.outer);
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
  private readonly lines: Readonly<Record<WorkClass, Set<Waiting>>>;

  constructor(poolSize: number) {
    this.busy = new BusyConnections(sharesOf(poolSize));
    this.lines = { critical: new Set(), normal: new Set(), begun: new Set(), heavy: new Set() };
  }

  /** @throws ConnectionsBusy where there is no connection in time. */
  async run<T>(work: ConnectionWork, task: () => Promise<T>): Promise<T> {
    const outer = stillHeld(heldConnections.getStore());
    if (this.isHeldIn(outer)) return task();
    await this.enter(work);
    const held = { gate: this, outer, isHeld: true };
    try {
      return await heldConnections.run(held, task);
    } finally {
      held.isHeld = false;
      this.leave(work);
    }
  }

  private isHeldIn(held: Held | undefined): boolean {
    if (held === undefined) return false;
    return (held.gate === this && held.isHeld) || this.isHeldIn(held.outer);
  }

  private async enter(work: ConnectionWork): Promise<void> {
    if (this.busy.canEnter(work)) return this.busy.enter(work);
    const line = this.lines[work.workClass];
    const { patienceMs, mostWaiting, refusal } = TERMS[work.workClass];
    const waitingAlike = [...line].filter(({ work: { tenantId } }) => tenantId === work.tenantId).length;
    if (waitingAlike >= (work.tenantId === null ? MOST_WAITING_UNKNOWN : mostWaiting))
      throw new ConnectionsBusy(refusal);
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        line.delete(waiting);
        reject(new ConnectionsBusy(refusal));
      };
      const timer = setTimeout(giveUp, patienceMs);
      const admit = () => {
        clearTimeout(timer);
        line.delete(waiting);
        this.busy.enter(work);
        resolve();
      };
      const waiting = { work, admit };
      line.add(waiting);
    });
  }

  private leave(work: ConnectionWork): void {
    this.busy.leave(work);
    for (const workClass of CLASSES)
      for (const { work: next, admit } of this.lines[workClass]) if (this.busy.canEnter(next)) admit();
  }
}
