/** Lets so many pieces of work go on at a time; the others wait in line. */
export class Lanes {
  private free: number;
  private readonly line: (() => void)[] = [];

  constructor(most: number) {
    this.free = most;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.line.push(resolve));
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  /** The lane is handed on to the next in line. */
  private leave(): void {
    const next = this.line.shift();
    if (next) next();
    else this.free += 1;
  }
}
