/** What was begun, to be ended in the reverse order; closing twice is closing once. */
export class ClosingStack {
  private readonly steps: (() => Promise<void>)[] = [];
  private closed: Promise<void> | undefined;

  add(step: () => Promise<void>): void {
    this.steps.push(step);
  }

  /** A step that fails does not keep the others from being taken; the first failure is thrown at the end. */
  close(): Promise<void> {
    return (this.closed ??= this.takeSteps());
  }

  private async takeSteps(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.steps.toReversed()) await step().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}
