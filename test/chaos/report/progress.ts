const LINE_EVERY_MS = 5_000;

/**
 * Shows what the run is doing: a line for each step, and between steps a line that changes. In a pipe that line is
 * printed anew, every five seconds at most.
 */
export class Progress {
  private readonly startedAt = performance.now();
  private lastTickAt = 0;
  private hasTick = false;

  note(text: string): void {
    this.clearTick();
    console.log(`${this.clock()}  ${text}`);
  }

  tick(text: string): void {
    if (process.stdout.isTTY) {
      this.hasTick = true;
      process.stdout.write(`\r\u001B[K${this.clock()}  ${text}`);
      return;
    }
    if (performance.now() - this.lastTickAt < LINE_EVERY_MS) return;
    this.lastTickAt = performance.now();
    this.note(text);
  }

  private clearTick(): void {
    if (this.hasTick) process.stdout.write('\r\u001B[K');
    this.hasTick = false;
  }

  private clock(): string {
    const seconds = Math.floor((performance.now() - this.startedAt) / 1000);
    return `${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}`;
  }
}
