import { addressKey } from './address-key.js';

/** Count of events from an address within its present window. */
export interface Reading {
  readonly count: number;
  /** Milliseconds until the address begins anew. */
  readonly leftMs: number;
}

export interface AddressMeterSettings {
  readonly windowMs: number;
  readonly mostAddresses?: number;
}

interface Window {
  count: number;
  readonly endsAt: number;
}

/** Addresses that are remembered at a time, some 10 MB. */
const MOST_ADDRESSES = 50_000;

/**
 * Counts by address, in the memory of this process, within a window that begins with an address' first event. Once
 * there are too many addresses, the one with the longest silence is forgotten. Its next event begins a new window.
 * Times are milliseconds of a clock that never goes back.
 */
export class AddressMeter {
  /** Windows by address, the one that was silent for longest first. */
  private readonly windows = new Map<string, Window>();
  private readonly windowMs: number;
  private readonly mostAddresses: number;

  constructor({ windowMs, mostAddresses = MOST_ADDRESSES }: AddressMeterSettings) {
    this.windowMs = windowMs;
    this.mostAddresses = mostAddresses;
  }

  get size(): number {
    return this.windows.size;
  }

  /** Counts an event. @returns the count with this event. */
  count(ip: string, now: number): Reading {
    const key = addressKey(ip);
    const window = this.presentWindow(key, now) ?? { count: 0, endsAt: now + this.windowMs };
    window.count += 1;
    this.windows.delete(key);
    this.windows.set(key, window);
    if (this.windows.size > this.mostAddresses) this.forgetOne();
    return { count: window.count, leftMs: window.endsAt - now };
  }

  read(ip: string, now: number): Reading {
    const window = this.presentWindow(addressKey(ip), now);
    return { count: window?.count ?? 0, leftMs: window ? window.endsAt - now : 0 };
  }

  private presentWindow(key: string, now: number): Window | undefined {
    const window = this.windows.get(key);
    return window && window.endsAt > now ? window : undefined;
  }

  private forgetOne(): void {
    const [longestSilent] = this.windows.keys();
    this.windows.delete(longestSilent!);
  }
}
