import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergePatch } from './merge-patch.js';

/** The pseudocode of RFC 7396, section 2, word by word. */
function reference(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Record<string, unknown> = isObject(target)
    ? Object.assign(Object.create(null), target)
    : Object.create(null);
  for (const name of Object.keys(patch)) {
    if (patch[name] === null) delete result[name];
    else result[name] = reference(result[name], patch[name]);
  }
  return result;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Few names, so that they meet; of which some are special to JavaScript. */
const NAMES = fc.constantFrom('a', 'b', 'c', '', '__proto__', 'constructor', 'toString', '0');
const { object: OBJECTS } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.constant(null), fc.integer(), fc.string(), tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  object: fc.array(fc.tuple(NAMES, tie('value')), { maxLength: 5 }).map((members) => Object.fromEntries(members)),
})) as { object: fc.Arbitrary<Record<string, unknown>> };

describe('mergePatch', () => {
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [null, { a: 'b' }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    [{ a: 1 }, { a: undefined }, { a: 1 }],
  ])('the patch of %j by %j gives %j (RFC 7396, appendix A)', (target, patch, merged) => {
    expect(mergePatch(target, patch)).toEqual(merged);
  });

  it('any two objects are merged as the RFC says, and neither changes', () => {
    fc.assert(
      fc.property(OBJECTS, OBJECTS, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        expect(JSON.stringify(mergePatch(target, patch))).toBe(JSON.stringify(reference(target, patch)));
        expect(JSON.stringify([target, patch])).toBe(before);
      }),
    );
  });

  it('a repeated patch changes nothing more, and no prototype', () => {
    fc.assert(
      fc.property(OBJECTS, OBJECTS, (target, patch) => {
        const once = mergePatch(target, patch);
        expect(JSON.stringify(mergePatch(once, patch))).toBe(JSON.stringify(once));
        expect(Object.getPrototypeOf(once)).toBe(Object.prototype);
      }),
    );
  });
});
