import { parseArgs } from 'node:util';
import { StartError } from '../../apps/local/src/processes/start-error.js';
import { FAULT_IDS, type FaultId } from './faults/catalogue.js';

export const BACKENDS = ['postgres', 'redis'] as const;
export type Backend = (typeof BACKENDS)[number];

/** Providers whose other side can be made to fail. */
export const PROVIDERS = ['simulator', 'twilio'] as const;
export type Provider = (typeof PROVIDERS)[number];

export interface ChaosOptions {
  readonly leads: number;
  /** Minutes of faults; the drain comes on top. */
  readonly minutes: number;
  readonly backend: Backend;
  readonly provider: Provider;
  readonly workers: number;
  readonly seed: string;
  readonly faults: readonly FaultId[];
  readonly jsonFile: string | null;
  /** The restore of backups and nothing else. */
  readonly isRestoreOnly: boolean;
  /** Directory of a built checkout whose worker runs instead of this one's; null for this one's. */
  readonly workerFrom: string | null;
  /** Runs one of each cheap fault with few leads: about a minute and a half in all. */
  readonly isShort: boolean;
}

const KNOWN = {
  leads: { type: 'string' },
  minutes: { type: 'string' },
  backend: { type: 'string' },
  provider: { type: 'string' },
  workers: { type: 'string' },
  seed: { type: 'string' },
  faults: { type: 'string' },
  json: { type: 'string' },
  only: { type: 'string' },
  'worker-from': { type: 'string' },
  short: { type: 'boolean' },
} as const;

const USAGE =
  'use --leads N, --minutes N, --backend postgres|redis, --provider simulator|twilio, --workers N, --seed text, ' +
  '--faults F1,F2,…, --json file, --only restore, --worker-from directory, --short';

const MOST_LEADS = 50_000;

/** @throws StartError with one sentence for an option that is unknown or makes no sense. */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values, tokens } = parseArgs({ args: [...args], options: KNOWN, strict: false, tokens: true });
  for (const token of tokens) refuseUnknown(token);
  const text = (name: Exclude<keyof typeof KNOWN, 'short'>) => (typeof values[name] === 'string' ? values[name] : null);
  const isShort = values.short === true;
  return {
    isShort,
    leads: numberIn('leads', text('leads'), { fallback: isShort ? 200 : 2_000, most: MOST_LEADS, isWhole: true }),
    minutes: numberIn('minutes', text('minutes'), { fallback: isShort ? 0.6 : 5, most: 1_440 }),
    backend: oneOf('backend', text('backend') ?? 'postgres', BACKENDS),
    provider: oneOf('provider', text('provider') ?? 'simulator', PROVIDERS),
    workers: numberIn('workers', text('workers'), { fallback: isShort ? 2 : 3, most: 16, isWhole: true }),
    seed: text('seed') ?? 'outdial',
    faults: text('only') === null ? faultsIn(text('faults')) : [],
    jsonFile: text('json'),
    workerFrom: text('worker-from'),
    isRestoreOnly: text('only') !== null && oneOf('only', text('only') ?? '', ['restore']) === 'restore',
  };
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

function refuseUnknown(token: Token): void {
  if (token.kind === 'positional') throw new StartError(`"${token.value}" is not an option: ${USAGE}.`);
  if (token.kind === 'option-terminator') return;
  if (!Object.hasOwn(KNOWN, token.name)) throw new StartError(`${token.rawName} is not an option: ${USAGE}.`);
  const hasValue = token.name !== 'short';
  if (hasValue !== (token.value !== undefined)) {
    throw new StartError(`${token.rawName} ${hasValue ? 'wants a value' : 'takes no value'}: ${USAGE}.`);
  }
}

function numberIn(
  name: string,
  value: string | null,
  { fallback, most, isWhole = false }: { fallback: number; most: number; isWhole?: boolean },
): number {
  if (value === null) return fallback;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (number > 0 && number <= most && (!isWhole || Number.isInteger(number))) return number;
  throw new StartError(
    `--${name} must be a ${isWhole ? 'whole ' : ''}number above 0, ${most} at most, not "${value}".`,
  );
}

function oneOf<T extends string>(name: string, value: string, known: readonly T[]): T {
  const found = known.find((candidate) => candidate === value);
  if (found) return found;
  throw new StartError(`--${name} is one of ${known.join(', ')}, not "${value}".`);
}

function faultsIn(value: string | null): readonly FaultId[] {
  if (value === null) return FAULT_IDS;
  return value.split(',').map((id) => oneOf('faults', id.trim().toUpperCase(), FAULT_IDS));
}
