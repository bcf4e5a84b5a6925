import { describe, expect, it } from 'vitest';
import { NO_FAULTS } from '#config/simulator-faults.js';
import { seededRandom } from '#rules/values/seeded-random.js';
import { drawFaults, type CallFaults } from './call-faults.js';

function draw(rates: Partial<typeof NO_FAULTS>): CallFaults[] {
  return Array.from({ length: 4000 }, (_, n) => drawFaults({ ...NO_FAULTS, ...rates }, seededRandom(String(n))));
}

function share(faults: CallFaults[], isHit: (fault: CallFaults) => boolean): number {
  return faults.filter(isHit).length / faults.length;
}

describe('drawFaults', () => {
  it('draws none by default', () => {
    const none = { create: null, isDoubled: false, isReordered: false, isEndless: false, isEarly: false };
    expect(new Set(draw({}).map((faults) => JSON.stringify(faults)))).toEqual(new Set([JSON.stringify(none)]));
  });

  it.each(['lost', 'hang', '503', '429'] as const)(
    'hits a create request with %s at its rate, up to always',
    (fault) => {
      expect(share(draw({ [fault]: 0.2 }), ({ create }) => create === fault)).toBeCloseTo(0.2, 1);
      expect(share(draw({ [fault]: 1 }), ({ create }) => create === fault)).toBe(1);
    },
  );

  it('shares create requests out among several faults', () => {
    const drawn = draw({ lost: 0.25, hang: 0.25, '503': 0.25, '429': 0.25 });
    for (const fault of ['lost', 'hang', '503', '429']) {
      expect(share(drawn, ({ create }) => create === fault)).toBeCloseTo(0.25, 1);
    }
  });

  it('draws the others independently of each other', () => {
    expect(share(draw({ early: 0.5 }), ({ isEarly }) => isEarly)).toBeCloseTo(0.5, 1);
    const drawn = draw({ dup: 0.5, reorder: 0.5, noend: 0.5 });
    expect(share(drawn, ({ isDoubled }) => isDoubled)).toBeCloseTo(0.5, 1);
    expect(share(drawn, ({ isReordered }) => isReordered)).toBeCloseTo(0.5, 1);
    expect(share(drawn, ({ isEndless }) => isEndless)).toBeCloseTo(0.5, 1);
    expect(share(drawn, (faults) => faults.isDoubled && faults.isReordered && faults.isEndless)).toBeCloseTo(0.125, 1);
  });
});
