import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANSWER_BOUNDS, jsonExcess, JsonTooLarge, parseBounded, type JsonBounds } from './bounded-json.js';

const SMALL: JsonBounds = { depth: 3, containers: 5, values: 12, fields: 2 };

/** A text that counts how often it is read. */
class ReadText {
  reads = 0;
  readonly length: number;

  constructor(private readonly text: string) {
    this.length = text.length;
  }

  charCodeAt(at: number): number {
    this.reads++;
    return this.text.charCodeAt(at);
  }
}

describe('JSON of others', () => {
  it.each([
    ['[[[1]]]', null],
    ['[[[[', 'is nested deeper than 3 levels'],
    ['{"a":[{"b":[', 'is nested deeper than 3 levels'],
    ['[[],[],[],[]]', null],
    ['[[],[],[],[],[]]', 'has more than 5 lists and objects'],
    ['[{},{},{},{},{', 'has more than 5 lists and objects'],
    ['[1,2,3,4,5,6,7,8,9,0,1]', null],
    ['[1,2,3,4,5,6,7,8,9,0,1,2]', 'has more than 12 values'],
    ['{"a":1,"b":2}', null],
    ['{"a":1,"b":2,"c":3}', 'has an object of more than 2 fields'],
    ['{"a":1,"a":2,"a":3}', 'has an object of more than 2 fields'],
    ['[{"a":[1,2,3],"b":2}]', null],
    ['"[[[[,,,,,,,,"', null],
    ['{"[[[[":"\\"[[[["}', null],
    ['"\\\\",[[[[', 'is nested deeper than 3 levels'],
  ])('%s: %s', (text, excess) => {
    expect(jsonExcess(text, SMALL)).toBe(excess);
  });

  it.each(['', ' ', ']]]]', '"', '"\\', '}{', '\u0000', 'nonsense', '{"a"', '[1,2'])(
    '%j is left to JSON.parse',
    (text) => {
      expect(jsonExcess(text, SMALL)).toBeNull();
      expect(() => (text === '' ? JSON.parse(text) : parseBounded(text, SMALL))).toThrow(SyntaxError);
    },
  );

  it('is not parsed where it holds too much, whether it is JSON or not', () => {
    for (const text of ['['.repeat(1_000_000), '{"a":'.repeat(200_000), `[${'[],'.repeat(300_000)}0]`]) {
      expect(() => parseBounded(text, ANSWER_BOUNDS)).toThrow(JsonTooLarge);
    }
  });

  it('is read once: each character at most', () => {
    const none: JsonBounds = { depth: Infinity, containers: Infinity, values: Infinity, fields: Infinity };
    for (const pump of ['[', '[],', '{"a":', '"\\"', '\\', '"', '\\u0041', '1', ',', '{},', '""', '"\\\\"']) {
      for (const start of ['', '"', '[']) {
        const text = new ReadText(start + pump.repeat(5_000));
        jsonExcess(text, none);
        expect(text.reads).toBeLessThanOrEqual(text.length);
      }
    }
  });

  it('is read no further than to the first excess', () => {
    const text = new ReadText('['.repeat(1_000_000));
    jsonExcess(text, ANSWER_BOUNDS);
    expect(text.reads).toBe(ANSWER_BOUNDS.depth + 1);
  });

  it('parses as JSON.parse does where it is within the bounds', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(parseBounded(text, ANSWER_BOUNDS)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('is counted exactly', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        const counted = countOf(JSON.parse(text));
        const isExceeded = (change: Partial<JsonBounds>) => jsonExcess(text, { ...ANSWER_BOUNDS, ...change }) !== null;
        expect([isExceeded({ depth: counted.depth }), isExceeded({ depth: counted.depth - 1 })]).toEqual([
          false,
          counted.depth > 0,
        ]);
        expect([
          isExceeded({ containers: counted.containers }),
          isExceeded({ containers: counted.containers - 1 }),
        ]).toEqual([false, counted.containers > 0]);
        expect(isExceeded({ values: counted.values + counted.empty })).toBe(false);
        expect(isExceeded({ fields: Math.max(counted.fields, 1) })).toBe(false);
        if (counted.fields > 1) expect(isExceeded({ fields: counted.fields - 1 })).toBe(true);
      }),
    );
  });

  it('of any kind never fails in another way than JSON.parse', () => {
    const pieces = fc.constantFrom('[', ']', '{', '}', ',', ':', '"', '\\', '1', 'e', ' ', '\uFEFF', '\uD800', 'null');
    fc.assert(
      fc.property(
        fc.array(pieces).map((all) => all.join('')),
        (text) => {
          expect(outcomeOf(() => parseBounded(text, ANSWER_BOUNDS))).toEqual(
            outcomeOf(() => JSON.parse(text) as unknown),
          );
        },
      ),
    );
  });
});

function countOf(value: unknown): { depth: number; containers: number; values: number; fields: number; empty: number } {
  if (typeof value !== 'object' || value === null) return { depth: 0, containers: 0, values: 1, fields: 0, empty: 0 };
  const inner = Object.values(value).map(countOf);
  const sum = (name: 'containers' | 'values' | 'empty') => inner.reduce((total, one) => total + one[name], 0);
  const own = Array.isArray(value) ? 0 : inner.length;
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    containers: 1 + sum('containers'),
    values: 1 + sum('values'),
    fields: Math.max(own, ...inner.map(({ fields }) => fields)),
    empty: sum('empty') + (inner.length === 0 ? 1 : 0),
  };
}

function outcomeOf(work: () => unknown): unknown {
  try {
    return { value: work() };
  } catch (error) {
    return (error as Error).name;
  }
}
