import { describe, expect, it } from 'vitest';
import { readOptions } from './options.js';

describe('the options of the bench', () => {
  it('measure everything at full size by default', () => {
    expect(readOptions([])).toEqual({
      isQuick: false,
      runs: 3,
      leads: 1_000_000,
      sections: ['start', 'lists', 'import', 'pipeline', 'slots', 'memory', 'callbacks'],
      jsonFile: null,
    });
  });

  it('are small and one run when it has to be quick, unless said otherwise', () => {
    expect(readOptions(['--quick'])).toMatchObject({ isQuick: true, runs: 1, leads: 20_000 });
    expect(readOptions(['--quick', '--runs', '2', '--leads=50000'])).toMatchObject({ runs: 2, leads: 50_000 });
  });

  it('name sections and a file', () => {
    expect(readOptions(['--only', 'slots,start', '--json', 'bench.json'])).toMatchObject({
      sections: ['slots', 'start'],
      jsonFile: 'bench.json',
    });
  });

  it.each([
    [['--fast'], /^--fast is not an option: use --quick, .*\.$/],
    [['fast'], /^"fast" is not an option/],
    [['--runs', '0'], /^--runs must be a whole number above 0, not "0"\.$/],
    [['--leads', 'many'], /^--leads must/],
    [
      ['--only', 'start,imports'],
      /^--only takes some of start,lists,import,pipeline,slots,memory,callbacks, not "imports"\.$/,
    ],
    [['--json'], /^--json wants a value/],
    [['--quick=yes'], /^--quick takes no value/],
  ])('%j are refused with one sentence', (args, sentence) => {
    expect(() => readOptions(args)).toThrow(sentence);
  });
});
