/** Steps that end what was started, in reverse order. A second close waits for the first. */
export class ClosingStack {
  private readonly steps: (() => Promise<void>)[] = [];
  private closed: Promise<void> | undefined;

  add(step: () => Promise<void>): void {
    this.steps.push(step);
  }

  /** Runs all steps, even if one fails. The first failure is thrown at the end. */
  close(): Promise<void> {
    return (this.closed ??= this.drainSteps());
  }

  private async drainSteps(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.steps.toReversed()) await step().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}
