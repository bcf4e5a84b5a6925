import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressMeter } from './address-meter.js';

const WINDOW_MS = 1_000;

/** Events of a few addresses, at times that only grow. */
const events = fc
  .array(fc.record({ address: fc.integer({ min: 0, max: 5 }), pauseMs: fc.integer({ min: 0, max: 700 }) }), {
    maxLength: 200,
  })
  .map((steps) => {
    let now = 0;
    return steps.map(({ address, pauseMs }) => ({ ip: `203.0.113.${address}`, now: (now += pauseMs) }));
  });

describe('AddressMeter', () => {
  it('counts an address in windows that begin with its first event, whatever others do', () => {
    fc.assert(
      fc.property(events, (all) => {
        const meter = new AddressMeter({ windowMs: WINDOW_MS });
        const begun = new Map<string, { at: number; count: number }>();
        for (const { ip, now } of all) {
          const before = begun.get(ip);
          const window = before && now < before.at + WINDOW_MS ? before : { at: now, count: 0 };
          window.count += 1;
          begun.set(ip, window);
          expect(meter.count(ip, now)).toEqual({ count: window.count, leftMs: window.at + WINDOW_MS - now });
          expect(meter.read(ip, now).count).toBe(window.count);
        }
      }),
    );
  });

  it('reads nothing of an address that was never counted, and counts nothing by reading', () => {
    const meter = new AddressMeter({ windowMs: WINDOW_MS });
    expect(meter.read('203.0.113.1', 0)).toEqual({ count: 0, leftMs: 0 });
    expect(meter.size).toBe(0);
  });

  it('never remembers more addresses than it may, and forgets the one that was silent for longest', () => {
    const meter = new AddressMeter({ windowMs: WINDOW_MS, mostAddresses: 10 });
    for (let n = 0; n < 1_000; n++) {
      meter.count('192.0.2.1', n / 10);
      meter.count(`198.51.100.${n % 250}`, n / 10);
      expect(meter.size).toBeLessThanOrEqual(10);
    }
    expect(meter.read('192.0.2.1', 100).count).toBe(1_000);
    expect(meter.read('198.51.100.0', 100).count).toBe(0);
  });
});
