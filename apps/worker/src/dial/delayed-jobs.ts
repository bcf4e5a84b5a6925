/** Where dialer jobs wait for their turn: each takes up a timer, and no place of a job that could be placed. */
export class WaitingRoom {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private isClosed = false;

  /**
   * Calls `then` after the wait, unless the room is closed before. A job that waits already is not waited for twice.
   */
  admit(dialerJobId: string, waitMs: number, then: () => void): void {
    if (this.isClosed || this.timers.has(dialerJobId)) return;
    const leave = () => {
      this.timers.delete(dialerJobId);
      then();
    };
    this.timers.set(dialerJobId, setTimeout(leave, waitMs));
  }

  /** Whoever waits is published again, to whoever is there then. */
  close(): void {
    this.isClosed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }
}
