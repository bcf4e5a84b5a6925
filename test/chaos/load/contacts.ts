import { judgeNumber } from '#geography/number-kind.js';
import { isOfPlaces, statedZoneOf } from './areas.js';

export interface NewContact {
  readonly phone_number: string;
  /** The person's own, where somebody knows it. */
  readonly timezone?: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly custom_fields: Record<string, unknown>;
}

/** Numbers that Ofcom keeps for drama: a thousand behind each of these. */
const DRAMA_PREFIXES = [
  '+441134960',
  '+441144960',
  '+441154960',
  '+441164960',
  '+441174960',
  '+441184960',
  '+441214960',
  '+441314960',
  '+441414960',
  '+441514960',
  '+441614960',
  '+442079460',
  '+441914980',
  '+442920180',
  '+441632960',
] as const;

const PER_PREFIX = 1_000;
const PER_AREA = 100;

/** Area codes of North America whose numbers may be called, but for those that the list of places uses. */
const AREA_CODES = Array.from({ length: 799 }, (_, n) => `${201 + n}`).filter(
  (area) => !isOfPlaces(area) && judgeNumber(`+1${area}5550100`).kind === 'ordinary',
);

/**
 * Returns the n-th number, from 0, that belongs to nobody. After the British numbers come those that North America
 * keeps for fiction (555-01xx).
 */
export function fictionalNumber(n: number): string {
  const prefix = DRAMA_PREFIXES[Math.floor(n / PER_PREFIX)];
  if (prefix) return prefix + String(n % PER_PREFIX).padStart(3, '0');
  const rest = n - DRAMA_PREFIXES.length * PER_PREFIX;
  const area = AREA_CODES[Math.floor(rest / PER_AREA)];
  if (area === undefined) throw new Error(`There are no ${n} numbers that belong to nobody`);
  return `+1${area}55501${String(rest % PER_AREA).padStart(2, '0')}`;
}

const POISON_EVERY = 25;
const HUGE = 20_000;

/** Contents that must pass through untouched, or be refused in one sentence. They must delay no other contact. */
const POISONS: readonly Partial<NewContact>[] = [
  { first_name: '🦆👩‍👩‍👧‍👦', last_name: 'ﷺ \u202Egnirts' },
  { last_name: "'); DROP TABLE leads; --" },
  { custom_fields: { huge: 'x'.repeat(HUGE), deep: { a: { b: { c: [1, [2, [3]]] } } } } },
  { first_name: '{{constructor}}', custom_fields: { __proto__x: 1, 'key with "quotes"': '\\u0000' } },
  { first_name: 'a\u0000b' },
  { last_name: 'half a pair \ud83d' },
];

/** The n-th contact; with poison, one in twenty-five is one that somebody would rather not have sent. */
export function contactOf(n: number, phoneNumber: string, { isPoisoned }: { isPoisoned: boolean }): NewContact {
  const timezone = statedZoneOf(phoneNumber);
  const plain = {
    phone_number: phoneNumber,
    ...(timezone ? { timezone } : {}),
    first_name: 'Lead',
    last_name: `Number ${n}`,
    custom_fields: { customer: n },
  };
  if (!isPoisoned || n % POISON_EVERY !== 0) return plain;
  return { ...plain, ...POISONS[(n / POISON_EVERY) % POISONS.length] };
}
