import { Temporal } from '@js-temporal/polyfill';
import { pickOne, pickWeighted, type RandomNumbers } from '#rules/seeded-random.js';
import { ZONES } from './places.js';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** As the API takes it. */
export interface Window {
  readonly days: readonly string[];
  readonly from: string;
  readonly to: string;
}

export interface CampaignEdit {
  readonly calling_window?: Window;
  readonly blackout_dates?: readonly string[];
  readonly min_gap_seconds?: number;
  readonly requires_consent?: boolean;
}

export interface TenantEdit {
  readonly min_gap_seconds?: number;
  readonly frequency_cap?: { readonly attempts: number; readonly days: number } | null;
}

export const ANY_HOUR: Window = { days: DAYS, from: '00:00', to: '24:00' };

/** What brings everything to an end. */
export const LIFTED = {
  campaign: { calling_window: ANY_HOUR, blackout_dates: [], min_gap_seconds: 0, requires_consent: false },
  tenant: { min_gap_seconds: 0, frequency_cap: null },
} as const;

interface Moment {
  readonly random: RandomNumbers;
  /** Somewhere's wall clock, now. */
  readonly local: Temporal.ZonedDateTime;
}

/** Windows to the minute, so that many open or close by the clock while they hold. */
const EDITS: readonly [WeightedEdit, ...WeightedEdit[]] = [
  { weight: 25, draw: () => ({ calling_window: ANY_HOUR, blackout_dates: [] }) },
  { weight: 25, draw: ({ random, local }) => hours(local, { fromMinutes: -up(random, 9), toMinutes: up(random, 10) }) },
  { weight: 20, draw: ({ random, local }) => hours(local, { fromMinutes: -up(random, 90), toMinutes: 1 }) },
  { weight: 10, draw: ({ random, local }) => hours(local, { fromMinutes: 1, toMinutes: 1 + up(random, 90) }) },
  { weight: 5, draw: ({ random, local }) => hours(local, { fromMinutes: 60, toMinutes: 60 + up(random, 90) }) },
  {
    weight: 5,
    draw: ({ local }) => ({ calling_window: { ...ANY_HOUR, days: DAYS.filter((day) => day !== dayOf(local)) } }),
  },
  { weight: 5, draw: ({ local }) => ({ calling_window: ANY_HOUR, blackout_dates: [dateOf(local)] }) },
  { weight: 5, draw: ({ local }) => ({ calling_window: ANY_HOUR, blackout_dates: [dateOf(local.add({ days: 1 }))] }) },
  { weight: 10, draw: ({ random }) => ({ min_gap_seconds: random() < 0.4 ? 0 : up(random, 5) }) },
];

interface WeightedEdit {
  readonly weight: number;
  readonly draw: (moment: Moment) => CampaignEdit;
}

/** Half of the time by British clocks, where most of the people are. */
export function drawCampaignEdit(random: RandomNumbers, now: number): CampaignEdit {
  const zone = random() < 0.5 ? ZONES[0] : pickOne(random, ZONES);
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  return pickWeighted(random, EDITS).draw({ random, local });
}

export function drawTenantEdit(random: RandomNumbers): TenantEdit {
  const drawn = random();
  if (drawn < 0.25) return { min_gap_seconds: 0, frequency_cap: null };
  if (drawn < 0.6) return { min_gap_seconds: up(random, 6) };
  return { frequency_cap: { attempts: up(random, 3), days: 1 } };
}

function hours(
  local: Temporal.ZonedDateTime,
  { fromMinutes, toMinutes }: { fromMinutes: number; toMinutes: number },
): CampaignEdit {
  const at = (minutes: number) => local.toPlainTime().add({ minutes }).toString({ smallestUnit: 'minute' });
  return { calling_window: { days: DAYS, from: at(fromMinutes), to: at(toMinutes) }, blackout_dates: [] };
}

function dayOf({ dayOfWeek }: Temporal.ZonedDateTime): string | undefined {
  return DAYS[dayOfWeek - 1];
}

function dateOf(local: Temporal.ZonedDateTime): string {
  return local.toPlainDate().toString();
}

/** From 1 to `most`. */
function up(random: RandomNumbers, most: number): number {
  return 1 + Math.floor(random() * most);
}
