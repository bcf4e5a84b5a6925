import type { Clock } from './clock.js';

/** Pause that ends a number; people pause less between two of its digits. */
const PAUSE_MS = 1_500;

/** Key that marks a number as complete in telephone menus. */
const COMPLETE = '#';

/** Keys that are delivered at once: more than any number has. */
const MOST_KEYS = 100;

/** Joins keys that are pressed in quick succession into one answer. */
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

  /** Delivers the pressed keys, if there are any, as complete. */
  flush(): void {
    const keys = this.drain();
    if (keys !== '') this.deliver(keys);
  }

  /** Removes and returns the pressed keys that were not delivered. */
  drain(): string {
    this.callOff();
    const { keys } = this;
    this.keys = '';
    return keys;
  }
}
