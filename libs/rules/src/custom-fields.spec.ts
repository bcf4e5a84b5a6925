import { describe, expect, it } from 'vitest';
import { customFieldsProblem } from './custom-fields.js';

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
  ])('from %#', (before, after, problem) => {
    const told = customFieldsProblem(before, after);
    if (problem === null) expect(told).toBeNull();
    else expect(told).toContain(problem);
  });
});
