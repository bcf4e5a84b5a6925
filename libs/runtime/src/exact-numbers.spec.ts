import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedNumbers } from './exact-numbers.js';

describe('Numbers that JSON.parse changes', () => {
  it.each([
    ['9007199254740993', '9007199254740992'],
    ['-12345678901234567890', '-12345678901234567000'],
    ['0.1234567890123456789', '0.12345678901234568'],
    ['3.00000000000000000001', '3'],
    ['1e400', 'Infinity'],
    ['1e-400', '0'],
    ['1.23456789012345678e5', '123456.78901234567'],
  ])('%s would become %s', (source, read) => {
    expect(changedNumbers(source, 10)).toEqual([{ path: [], source, read }]);
  });

  it.each(
    [
      ['0', '-0', '-0.000', '1.10', '9007199254740992', '9007199254740991', '1e5', '1E+21', '0.30000000000000004'],
      ['100000000000000000000000', '1.5e-7', '123456789012345', '0e999999', '12345678.90', '5e-324'],
    ].flat(),
  )('%s stays', (source) => {
    expect(changedNumbers(source, 10)).toEqual([]);
  });

  it('are found where they stand, and not in texts', () => {
    const big = '9007199254740993';
    const text =
      `{"a":[1,{"b\\"c" : ${big}, "d":"${big}"},"x",[],[${big}]],"e":{"f":{}},"\\u0067": ` +
      `-${big},"h":"\\\\","i":${big}}`;
    expect(changedNumbers(text, 10).map(({ path }) => path)).toEqual([['a', 1, 'b"c'], ['a', 4, 0], ['g'], ['i']]);
    expect(changedNumbers(text, 1)).toHaveLength(1);
  });

  it('are none in what JSON.stringify has written, however it is laid out', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        expect(changedNumbers(JSON.stringify(value, null, indent), 10)).toEqual([]);
      }),
    );
  });

  it('are all whole numbers that a double cannot carry', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), (value) => {
        const isKept = BigInt(Number(value)) === value && decimalKept(value);
        if (!isKept) return;
        expect(changedNumbers(`[${value}]`, 10)).toEqual([]);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }), (value) => {
        if (BigInt(Number(value)) !== value) expect(changedNumbers(`[${value}]`, 10)).toHaveLength(1);
      }),
    );
  });
});

/** Beyond 2^53 a double is written with the fewest digits that tell it apart. */
function decimalKept(value: bigint): boolean {
  return BigInt(Number(value).toLocaleString('en', { useGrouping: false, maximumFractionDigits: 0 })) === value;
}
