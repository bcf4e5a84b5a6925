import { describe, expect, it } from 'vitest';
import { readOptions } from './options.js';

describe('the options of the bench', () => {
  it('measure everything at full size by default', () => {
    expect(readOptions([])).toEqual({
      isQuick: false,
      runs: 3,
      leads: 1_000_000,
      sections: ['start', 'lists', 'import', 'pipeline', 'slots', 'memory', 'callbacks', 'costs'],
      jsonFile: null,
      keepsCosts: false,
      allowance: null,
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

  it('keep costs, with the reason why they may rise', () => {
    expect(readOptions(['--only', 'costs', '--keep-costs'])).toMatchObject({ keepsCosts: true, allowance: null });
    expect(readOptions(['--keep-costs', '--allowance', 'voice notes'])).toMatchObject({
      keepsCosts: true,
      allowance: 'voice notes',
    });
  });

  it.each([
    [['--only', 'start', '--keep-costs'], /^--keep-costs keeps what the section costs measures/],
    [['--allowance', 'voice notes'], /^--allowance says why kept costs may rise/],
    [['--keep-costs', '--allowance', ' '], /^--allowance wants a reason/],
    [['--keep-costs=yes'], /^--keep-costs takes no value/],
    [['--fast'], /^--fast is not an option: use --quick, .*\.$/],
    [['fast'], /^"fast" is not an option/],
    [['--runs', '0'], /^--runs must be a whole number above 0, not "0"\.$/],
    [['--leads', 'many'], /^--leads must/],
    [
      ['--only', 'start,imports'],
      /^--only takes some of start,lists,import,pipeline,slots,memory,callbacks,costs, not "imports"\.$/,
    ],
    [['--json'], /^--json wants a value/],
    [['--quick=yes'], /^--quick takes no value/],
  ])('%j are refused with one sentence', (args, sentence) => {
    expect(() => readOptions(args)).toThrow(sentence);
  });
});
