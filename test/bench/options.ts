import { parseArgs } from 'node:util';
import { StartError } from '../../apps/local/src/processes/start-error.js';

export const SECTIONS = ['start', 'lists', 'import', 'pipeline', 'slots', 'memory', 'callbacks', 'costs'] as const;
export type Section = (typeof SECTIONS)[number];

export interface BenchOptions {
  /** Small sizes and one run: shows that everything works, not how fast it is. */
  readonly isQuick: boolean;
  readonly runs: number;
  /** Number of leads in the large campaign. */
  readonly leads: number;
  readonly sections: readonly Section[];
  readonly jsonFile: string | null;
  /** Write the costs that were measured to the file of kept costs. */
  readonly keepsCosts: boolean;
  /** Reason why kept costs may rise; null if they may not. */
  readonly allowance: string | null;
}

const KNOWN = {
  quick: { type: 'boolean' },
  runs: { type: 'string' },
  leads: { type: 'string' },
  only: { type: 'string' },
  json: { type: 'string' },
  'keep-costs': { type: 'boolean' },
  allowance: { type: 'string' },
} as const;

const USAGE =
  `use --quick, --runs N, --leads N, --only ${SECTIONS.join(',')}, --json file, ` +
  '--keep-costs, --allowance "reason why costs may rise"';

/** @throws StartError with one sentence for an option that is unknown or makes no sense. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values, tokens } = parseArgs({ args: [...args], options: KNOWN, strict: false, tokens: true });
  for (const token of tokens) refuseUnknown(token);
  const isQuick = values.quick === true;
  const text = (name: 'runs' | 'leads' | 'only' | 'json' | 'allowance') =>
    typeof values[name] === 'string' ? values[name] : null;
  const sections = sectionsIn(text('only'));
  return {
    isQuick,
    runs: wholeNumber('runs', text('runs'), isQuick ? 1 : 3),
    leads: wholeNumber('leads', text('leads'), isQuick ? 20_000 : 1_000_000),
    sections,
    jsonFile: text('json'),
    ...keepingIn({ sections, keepsCosts: values['keep-costs'] === true, allowance: text('allowance') }),
  };
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

function refuseUnknown(token: Token): void {
  if (token.kind === 'positional') throw new StartError(`"${token.value}" is not an option: ${USAGE}.`);
  if (token.kind === 'option-terminator') return;
  if (!Object.hasOwn(KNOWN, token.name)) throw new StartError(`${token.rawName} is not an option: ${USAGE}.`);
  const hasValue = KNOWN[token.name as keyof typeof KNOWN].type === 'string';
  if (hasValue !== (token.value !== undefined)) {
    throw new StartError(`${token.rawName} ${hasValue ? 'wants a value' : 'takes no value'}: ${USAGE}.`);
  }
}

function wholeNumber(name: string, value: string | null, fallback: number): number {
  if (value === null) return fallback;
  const number = Number(value);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new StartError(`--${name} must be a whole number above 0, not "${value}".`);
}

function sectionsIn(value: string | null): readonly Section[] {
  if (value === null) return SECTIONS;
  return value.split(',').map((name) => {
    const section = SECTIONS.find((known) => known === name.trim());
    if (section) return section;
    throw new StartError(`--only takes some of ${SECTIONS.join(',')}, not "${name}".`);
  });
}

type Keeping = Pick<BenchOptions, 'sections' | 'keepsCosts' | 'allowance'>;

function keepingIn({ sections, keepsCosts, allowance }: Keeping): Omit<Keeping, 'sections'> {
  if (keepsCosts && !sections.includes('costs')) {
    throw new StartError('--keep-costs keeps what the section costs measures: add it to --only.');
  }
  if (allowance === null) return { keepsCosts, allowance };
  if (!keepsCosts) throw new StartError('--allowance says why kept costs may rise: give it with --keep-costs.');
  if (allowance.trim() === '') throw new StartError('--allowance wants a reason, such as "issue\'s allowance".');
  return { keepsCosts, allowance: allowance.trim() };
}
