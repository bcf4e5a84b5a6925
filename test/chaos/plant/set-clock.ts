import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian's package libfaketime has it, by architecture. */
const LIBRARIES = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((host) => `/usr/lib/${host}/faketime/libfaketime.so.1`);

export const WITHOUT_LIBRARY = 'libfaketime is not installed here (apt-get install faketime)';

/**
 * The clock of one program, as libfaketime tells it: what is written to a file counts a second later. Its monotonic
 * clock stays true.
 */
export class SetClock {
  private constructor(
    private readonly library: string,
    private readonly file: string,
  ) {
    this.set(0);
  }

  /** Null on a machine without libfaketime. */
  static in(directory: string): SetClock | null {
    const library = LIBRARIES.find((path) => existsSync(path));
    return library === undefined ? null : new SetClock(library, join(directory, 'clock'));
  }

  get environment(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** @param seconds from the machine's time. */
  set(seconds: number): void {
    writeFileSync(this.file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`);
  }
}
