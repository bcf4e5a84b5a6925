import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BusyConnections, sharesOf, type ConnectionWork } from './connection-share.js';

const work = fc.record<ConnectionWork>({
  workClass: fc.constantFrom('critical', 'normal', 'heavy', 'begun'),
  tenantId: fc.constantFrom(null, 'a', 'b', 'c'),
});
const isOpen = ({ workClass }: ConnectionWork) => workClass !== 'critical';
const isHeavy = ({ workClass }: ConnectionWork) => workClass === 'heavy' || workClass === 'begun';

/** Returns the work that gets a connection, if none of it ends. */
function letIn(poolSize: number, wanted: readonly ConnectionWork[]) {
  const busy = new BusyConnections(sharesOf(poolSize));
  const inside = wanted.filter((one) => {
    const isFree = busy.canEnter(one);
    if (isFree) busy.enter(one);
    return isFree;
  });
  return { busy, inside };
}

describe('sharesOf', () => {
  it('sharesOf divides ten connections as its comment says', () => {
    expect(sharesOf(10)).toEqual({ all: 10, open: 8, heavy: 6, tenant: 4, tenantHeavy: 3, tenantCritical: 2 });
  });

  it('every pool leaves connections for critical work and for a second tenant', () => {
    for (let size = 3; size <= 100; size++) {
      const { all, open, heavy, tenant, tenantHeavy } = sharesOf(size);
      expect([all > open, open > tenant, open > heavy, tenant >= tenantHeavy, heavy >= tenantHeavy]).not.toContain(
        false,
      );
      expect(Math.min(heavy, tenant, tenantHeavy)).toBeGreaterThan(0);
    }
  });
});

describe('BusyConnections', () => {
  it('busy connections never exceed the shares, whatever work comes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 20 }), fc.array(work, { maxLength: 60 }), (size, wanted) => {
        const { inside } = letIn(size, wanted);
        const shares = sharesOf(size);
        const open = inside.filter(isOpen);
        expect(inside.length).toBeLessThanOrEqual(shares.all);
        expect(open.length).toBeLessThanOrEqual(shares.open);
        expect(open.filter(isHeavy).length).toBeLessThanOrEqual(shares.heavy);
        for (const tenant of ['a', 'b', 'c']) {
          const own = open.filter(({ tenantId }) => tenantId === tenant);
          expect(own.length).toBeLessThanOrEqual(shares.tenant);
          expect(own.filter(isHeavy).length).toBeLessThanOrEqual(shares.tenantHeavy);
          const critical = inside.filter((one) => !isOpen(one) && one.tenantId === tenant);
          expect(critical.length).toBeLessThanOrEqual(shares.tenantCritical);
        }
      }),
    );
  });

  it('critical work and other tenants get connections, whatever one tenant requests', () => {
    const ofA = work.filter(({ workClass }) => workClass !== 'critical').map((one) => ({ ...one, tenantId: 'a' }));
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 20 }), fc.array(ofA, { maxLength: 60 }), (size, wanted) => {
        const { busy } = letIn(size, wanted);
        expect(busy.canEnter({ workClass: 'critical', tenantId: 'a' })).toBe(true);
        expect(busy.canEnter({ workClass: 'normal', tenantId: 'b' })).toBe(true);
      }),
    );
  });

  it('providers and other tenants get connections, however much critical work a tenant requests', () => {
    const ofA = work.map((one) => ({ ...one, tenantId: 'a' }));
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 20 }), fc.array(ofA, { maxLength: 60 }), (size, wanted) => {
        const { busy } = letIn(size, wanted);
        expect(busy.canEnter({ workClass: 'critical', tenantId: null })).toBe(true);
        expect(busy.canEnter({ workClass: 'critical', tenantId: 'b' })).toBe(true);
        expect(busy.canEnter({ workClass: 'normal', tenantId: 'b' })).toBe(true);
      }),
    );
  });

  it('normal work gets connections, whatever heavy work is running', () => {
    const heavy = work.filter(isHeavy);
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 20 }), fc.array(heavy, { maxLength: 60 }), (size, wanted) => {
        expect(letIn(size, wanted).busy.canEnter({ workClass: 'normal', tenantId: 'd' })).toBe(true);
      }),
    );
  });

  it('all connections are free again once all work has ended', () => {
    fc.assert(
      fc.property(fc.array(work, { maxLength: 60 }), (wanted) => {
        const { busy, inside } = letIn(10, wanted);
        for (const one of inside) busy.leave(one);
        expect(wanted.every((one) => busy.canEnter(one))).toBe(true);
        expect(letIn(10, wanted).inside).toEqual(inside);
      }),
    );
  });
});
