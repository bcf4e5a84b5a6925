import { describe, expect, it } from 'vitest';
import { customFieldsProblem, droppedNotes, fittingFields } from './custom-fields.js';

const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, n]));
const text = (characters: number, character = 'x') => ({ f: character.repeat(characters) });

describe('customFieldsProblem', () => {
  it.each([
    [{}, {}, null],
    [{}, fields(100), null],
    [fields(100), fields(101), 'must be 100 fields at most'],
    [fields(150), fields(150), null],
    [fields(150), fields(149), null],
    [fields(150), fields(151), 'must be 100 fields at most'],
    [{}, text(16_376), null],
    [{}, text(16_377), 'must be 16384 bytes'],
    [{}, text(8_189, 'é'), 'must be 16384 bytes'],
    [text(20_000), text(20_000), null],
    [text(20_000), text(20_001), 'must be 16384 bytes'],
  ])('custom fields exceed a limit in case %#', (before, after, problem) => {
    const told = customFieldsProblem(before, after);
    if (problem === null) expect(told).toBeNull();
    else expect(told).toContain(problem);
  });
});

describe('fittingFields', () => {
  it('the first hundred fields are kept', () => {
    const all = Object.fromEntries(Array.from({ length: 103 }, (_, n) => [`field ${n}`, 'x']));
    const { fields, dropped } = fittingFields(all);
    expect([Object.keys(fields).length, dropped]).toEqual([100, ['field 100', 'field 101', 'field 102']]);
    expect(droppedNotes(dropped)[0]).toMatch(/left out are "field 100", "field 101", "field 102"$/);
  });

  it('fields are kept up to 16,384 bytes, to the byte', () => {
    const free = 16_384 - '{"a":"","b":"é"}'.length - 1;
    for (const [length, kept] of [
      [free, ['a', 'b']],
      [free + 1, ['a']],
    ] as const) {
      const { fields } = fittingFields({ a: 'x'.repeat(length), b: 'é' });
      expect(Object.keys(fields)).toEqual(kept);
      expect(customFieldsProblem({}, fields)).toBeNull();
    }
  });

  it('a field of any name is kept as an own property', () => {
    const all = Object.create(null) as Record<string, string>;
    all['__proto__'] = 'x';
    expect(JSON.stringify(fittingFields(all).fields)).toBe('{"__proto__":"x"}');
  });
});
