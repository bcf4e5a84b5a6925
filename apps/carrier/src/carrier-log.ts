import { closeSync, openSync, writeSync } from 'node:fs';
import { PRIVATE_FILE } from '#config/private-files.js';

/**
 * Kind of an entry. `violation`: a fake of a provider's API found a request or answer that breaks the API's
 * description.
 */
export type LogKind = 'create' | 'ringing' | 'answered' | 'ended' | 'hangup' | 'violation';

/**
 * Log of what happens in each call, as it happens: one JSON object a line, append-only. Tests compare the database's
 * rows with it.
 */
export class CarrierLog {
  private readonly file: number | null;

  constructor(path: string | null) {
    this.file = path === null ? null : openSync(path, 'a', PRIVATE_FILE);
  }

  /** Writes an entry and returns once the operating system has it. `t` is milliseconds of a monotonic clock. */
  write(kind: LogKind, facts: Record<string, unknown>): void {
    if (this.file === null) return;
    const line = { t: Math.round(performance.now() * 1000) / 1000, at: new Date().toISOString(), kind, ...facts };
    writeSync(this.file, `${JSON.stringify(line)}\n`);
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
  }
}
