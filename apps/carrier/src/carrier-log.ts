import { closeSync, openSync, writeSync } from 'node:fs';
import { PRIVATE_FILE } from '#config/private-files.js';

/** `violation`: what a fake of somebody's API was asked or answered against the API's own description. */
export type LogKind = 'create' | 'ringing' | 'answered' | 'ended' | 'hangup' | 'violation';

/**
 * What happens on the lines, as it happens: one JSON object a line, only ever added to. Whoever doubts the rows can
 * hold them against it.
 */
export class CarrierLog {
  private readonly file: number | null;

  constructor(path: string | null) {
    this.file = path === null ? null : openSync(path, 'a', PRIVATE_FILE);
  }

  /** On disk (in the system's hands) when it returns. `t` is milliseconds on a clock that no one sets. */
  write(kind: LogKind, facts: Record<string, unknown>): void {
    if (this.file === null) return;
    const line = { t: Math.round(performance.now() * 1000) / 1000, at: new Date().toISOString(), kind, ...facts };
    writeSync(this.file, `${JSON.stringify(line)}\n`);
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
  }
}
