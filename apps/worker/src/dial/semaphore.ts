/** Lets so many in at a time; the others wait in line. */
export class Gate {
  private inside = 0;
  private readonly line: (() => void)[] = [];
  private readonly whenEmpty: (() => void)[] = [];

  constructor(private readonly most: number) {}

  /** Resolves once `work` has begun; what comes of it is its own business. */
  async admit(work: () => Promise<void>): Promise<void> {
    if (this.inside >= this.most) await new Promise<void>((resolve) => this.line.push(resolve));
    else this.inside += 1;
    void work().finally(() => this.leave());
  }

  /** Resolves when nobody is inside. */
  async empty(): Promise<void> {
    if (this.inside > 0) await new Promise<void>((resolve) => this.whenEmpty.push(resolve));
  }

  /** The place is handed on to the next in line. */
  private leave(): void {
    const next = this.line.shift();
    if (next) return next();
    this.inside -= 1;
    if (this.inside === 0) for (const resolve of this.whenEmpty.splice(0)) resolve();
  }
}
