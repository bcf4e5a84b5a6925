import { describe, expect, it } from 'vitest';
import type { CallFaults } from './call-faults.js';
import { deliveriesOf } from './live-calls.js';
import { isAnswered, simulatorConfig, acceptedCalls } from './simulator.fixture.js';

const NONE: CallFaults = { create: null, isDoubled: false, isReordered: false, isEndless: false, isEarly: false };
const calls = acceptedCalls(simulatorConfig(), 200);
const answered = calls.filter(isAnswered);

function keys(call: (typeof calls)[number], faults: Partial<CallFaults>): string[] {
  return deliveriesOf({ ...call, faults: { ...NONE, ...faults } }).map(({ step }) => step.key);
}

describe('deliveriesOf', () => {
  it('delivers each event when it happens', () => {
    const deliveries = deliveriesOf(answered[0]!);
    expect(deliveries.map(({ step }) => step.key)).toEqual(['ringing', 'in_progress', 'ended', 'report']);
    expect(deliveries.every(({ step, atMs }) => atMs === step.atMs)).toBe(true);
  });

  it('dup: delivers each event twice', () => {
    expect(keys(answered[0]!, { isDoubled: true }).join(' ')).toBe(
      'ringing ringing in_progress in_progress ended ended report report',
    );
  });

  it('noend: keeps the end and the report to itself', () => {
    expect(keys(answered[0]!, { isEndless: true })).toEqual(['ringing', 'in_progress']);
    const busy = calls.find(({ script }) => script.outcome === 'busy')!;
    expect(keys(busy, { isEndless: true })).toEqual([]);
  });

  it('reorder: delivers the same events in many orders, none before it has happened', () => {
    const orders = answered.map((call) => keys(call, { isReordered: true }));
    for (const order of orders) expect([...order].sort()).toEqual(['ended', 'in_progress', 'report', 'ringing']);
    expect(new Set(orders.map(String)).size).toBeGreaterThan(15);
    const deliveries = answered.flatMap((call) => deliveriesOf({ ...call, faults: { ...NONE, isReordered: true } }));
    expect(deliveries.every(({ step, atMs }) => atMs >= step.atMs)).toBe(true);
  });

  it('does all of it at once, too', () => {
    const order = keys(answered[0]!, { isDoubled: true, isReordered: true, isEndless: true });
    expect([...order].sort()).toEqual(['in_progress', 'in_progress', 'ringing', 'ringing']);
  });
});
