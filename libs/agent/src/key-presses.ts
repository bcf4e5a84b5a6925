import type { Clock } from './clock.js';

/** Whoever types a number pauses less between two of its digits. */
const PAUSE_MS = 1_500;

/** Tells machines on the telephone that a number is complete. */
const COMPLETE = '#';

/** More keys than any number has are taken at once. */
const MOST_KEYS = 100;

/** Keys that are pressed in quick succession are one answer. */
export class KeyPresses {
  private keys = '';
  private callOff: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly deliver: (keys: string) => void,
  ) {}

  press(key: string): void {
    this.keys += key;
    this.callOff();
    if (key === COMPLETE || this.keys.length >= MOST_KEYS) this.flush();
    else this.callOff = this.clock.after(PAUSE_MS, () => this.flush());
  }

  /** Takes what has been pressed, if anything, for complete. */
  flush(): void {
    const keys = this.drain();
    if (keys !== '') this.deliver(keys);
  }

  /** What has been pressed and not been taken. */
  drain(): string {
    this.callOff();
    const { keys } = this;
    this.keys = '';
    return keys;
  }
}
