import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths at which Debian's package libfaketime installs the library, by architecture. */
const LIBRARIES = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((host) => `/usr/lib/${host}/faketime/libfaketime.so.1`);

export const WITHOUT_LIBRARY = 'libfaketime is not installed here (apt-get install faketime)';

const findLibrary = () => LIBRARIES.find((path) => existsSync(path));

type Variables = Readonly<Record<string, string>>;

const ONLY_WALL_CLOCK = { FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' };

/**
 * Returns the environment of a program whose clock is ahead by `seconds` for as long as it runs. Returns null on a
 * machine without libfaketime. No file is read again: PostgreSQL asks for the time in signal handlers too. Opening a
 * file there could hang it.
 */
export function clockAhead(seconds: number): Variables | null {
  const library = findLibrary();
  if (library === undefined) return null;
  return { ...ONLY_WALL_CLOCK, LD_PRELOAD: library, FAKETIME: offset(seconds), FAKETIME_CACHE_DURATION: '1000000000' };
}

function offset(seconds: number): string {
  return `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}`;
}

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
    const library = findLibrary();
    return library === undefined ? null : new SetClock(library, join(directory, 'clock'));
  }

  get environment(): Variables {
    return {
      ...ONLY_WALL_CLOCK,
      LD_PRELOAD: this.library,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_CACHE_DURATION: '1',
    };
  }

  /** @param seconds from the machine's time. */
  set(seconds: number): void {
    writeFileSync(this.file, `${offset(seconds)}\n`);
  }
}
