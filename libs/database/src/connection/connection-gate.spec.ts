import { describe, expect, it } from 'vitest';
import type { ConnectionWork } from '#rules/access/connection-share.js';
import { ConnectionGate, ConnectionsBusy } from './connection-gate.js';

const list: ConnectionWork = { workClass: 'heavy', tenantId: 'a' };
const read: ConnectionWork = { workClass: 'normal', tenantId: 'a' };
const pause: ConnectionWork = { workClass: 'critical', tenantId: 'a' };
const report: ConnectionWork = { workClass: 'critical', tenantId: null };

/** Makes a gate, and work in it that goes on until the test ends it. */
function setUp(poolSize: number) {
  const gate = new ConnectionGate(poolSize);
  const begun: string[] = [];
  const start = (name: string, work: ConnectionWork) => {
    const { promise, resolve } = openPromise();
    const done = gate.run(work, () => (begun.push(name), promise));
    return { end: () => (resolve(), done), done };
  };
  return { gate, begun, start };
}

function openPromise(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('ConnectionGate', () => {
  it('starts work at once while its shares leave a connection', async () => {
    const { begun, start } = setUp(3);
    const [lists, reports] = [start('list', list), start('report', report)];
    await settled();
    expect(begun).toEqual(['list', 'report']);
    await Promise.all([lists.end(), reports.end()]);
  });

  it('gives a free connection to critical work, then to normal work, then to lists', async () => {
    const { begun, start } = setUp(3);
    const all = [start('b', { ...read, tenantId: 'b' }), start('first', read), start('report', report)];
    const others = [start('list', list), start('read', read), start('pause', pause), start('report 2', report)];
    await settled();
    expect(begun).toEqual(['b', 'first', 'report']);
    await all[1]!.end();
    await settled();
    expect(begun.slice(3)).toEqual(['pause']);
    for (const one of [all[2]!, others[2]!, all[0]!, others[3]!, others[1]!, others[0]!]) {
      await one.end();
      await settled();
    }
    expect(begun.slice(3)).toEqual(['pause', 'report 2', 'read', 'list']);
  });

  it('rejects further lists of a tenant once 25 wait, and no other work', async () => {
    const { begun, start } = setUp(10);
    const lists = Array.from({ length: 3 + 25 }, () => start('list', list));
    const tooMany = start('one too many', list);
    await expect(tooMany.done).rejects.toBeInstanceOf(ConnectionsBusy);
    const others = [start('read', read), start('pause', pause), start('of b', { ...list, tenantId: 'b' })];
    await settled();
    expect(begun).toEqual(['list', 'list', 'list', 'read', 'pause', 'of b']);
    await Promise.all([...lists, ...others].map((one) => one.end()));
    expect(begun.filter((name) => name === 'list')).toHaveLength(28);
  });

  it('does not let work wait for a connection that it has itself', async () => {
    const { gate } = setUp(3);
    const nested = gate.run(read, () => gate.run(list, () => gate.run(read, async () => 'done')));
    await expect(nested).resolves.toBe('done');
  });

  it('does not let work of two gates wait for a connection of the outer one', async () => {
    const [outer, inner] = [setUp(3), setUp(3)];
    const nested = outer.gate.run(read, () =>
      inner.gate.run(read, async () => {
        const others = [outer.start('other', list), outer.start('third', read)];
        const done = await outer.gate.run(list, async () => 'done');
        await Promise.all(others.map((one) => one.end()));
        return done;
      }),
    );
    await expect(nested).resolves.toBe('done');
  });

  it('counts work that another gate has admitted', async () => {
    const [outer, inner] = [setUp(3), setUp(3)];
    const { promise, resolve } = openPromise();
    const busy = inner.start('busy', read);
    const nested = outer.gate.run(read, () => inner.gate.run(read, () => (inner.begun.push('nested'), promise)));
    await settled();
    expect(inner.begun).toEqual(['busy']);
    await busy.end();
    await settled();
    expect(inner.begun).toEqual(['busy', 'nested']);
    resolve();
    await nested;
  });

  it('counts work that outlives the work which started it', async () => {
    const { gate, begun, start } = setUp(3);
    const { promise, resolve } = openPromise();
    let left: Promise<void> = Promise.resolve();
    await gate.run(read, async () => {
      left = promise.then(() => gate.run(read, async () => void begun.push('left')));
    });
    const next = start('next', read);
    resolve();
    await settled();
    expect(begun).toEqual(['next']);
    await next.end();
    await left;
    expect(begun).toEqual(['next', 'left']);
  });

  it('frees the connection when work fails', async () => {
    const { gate } = setUp(3);
    const failing = () => gate.run(read, () => Promise.reject(new Error('failed')));
    for (let n = 0; n < 5; n++) await expect(failing()).rejects.toThrow('failed');
  });
});
