import { Temporal } from '@js-temporal/polyfill';
import { pickOne, pickWeighted, type RandomNumbers } from '#rules/values/seeded-random.js';
import { ZONES } from './areas.js';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Calling window as the API accepts it. */
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

/** Terms under which every campaign can come to an end. */
export const LIFTED = {
  campaign: { calling_window: ANY_HOUR, blackout_dates: [], min_gap_seconds: 0, requires_consent: false },
  tenant: { min_gap_seconds: 1, frequency_cap: null },
} as const;

/** Returns the terms with which the run begins. Rules apply from the first call on, and let most calls through. */
export function firstTerms(now: number): { readonly campaign: CampaignEdit; readonly tenant: TenantEdit } {
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(ZONES[0]);
  return {
    campaign: { ...hours(local, [-180, 180]), min_gap_seconds: 3 },
    tenant: { min_gap_seconds: 2, frequency_cap: { attempts: 4, days: 1 } },
  };
}

interface Moment {
  readonly random: RandomNumbers;
  /** Wall clock of the drawn zone, now. */
  readonly local: Temporal.ZonedDateTime;
}

/**
 * Windows to the minute, so that many open or close by the clock while they hold. None lets everybody be called at any
 * time.
 */
const EDITS: readonly [WeightedEdit, ...WeightedEdit[]] = [
  { weight: 35, draw: ({ random, local }) => hours(local, [-60 - up(random, 240), 60 + up(random, 240)]) },
  { weight: 15, draw: ({ random, local }) => hours(local, [-up(random, 9), 1 + up(random, 9)]) },
  { weight: 15, draw: ({ random, local }) => hours(local, [-up(random, 90), 1]) },
  { weight: 10, draw: ({ random, local }) => hours(local, [1, 1 + up(random, 90)]) },
  { weight: 5, draw: ({ random, local }) => hours(local, [60, 60 + up(random, 90)]) },
  { weight: 5, draw: ({ local }) => allHours({ days: DAYS.filter((day) => day !== dayOf(local)) }) },
  { weight: 5, draw: ({ local }) => allHours({ blackout: local }) },
  { weight: 5, draw: ({ local }) => allHours({ blackout: local.add({ days: 1 }) }) },
  { weight: 5, draw: ({ random }) => ({ min_gap_seconds: up(random, 5) }) },
];

interface WeightedEdit {
  readonly weight: number;
  readonly draw: (moment: Moment) => CampaignEdit;
}

/** Draws an edit, half of the time by British clocks, where most of the people are. */
export function drawCampaignEdit(random: RandomNumbers, now: number): CampaignEdit {
  const zone = random() < 0.5 ? ZONES[0] : pickOne(random, ZONES);
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  return pickWeighted(random, EDITS).draw({ random, local });
}

export function drawTenantEdit(random: RandomNumbers): TenantEdit {
  const drawn = random();
  if (drawn < 0.2) return { min_gap_seconds: 0, frequency_cap: null };
  if (drawn < 0.6) return { min_gap_seconds: up(random, 6) };
  return { frequency_cap: { attempts: up(random, 3), days: 1 } };
}

/** Returns a window between two moments, in minutes from now. */
function hours(local: Temporal.ZonedDateTime, [from, to]: readonly [number, number]): CampaignEdit {
  const at = (minutes: number) => local.toPlainTime().add({ minutes }).toString({ smallestUnit: 'minute' });
  return { calling_window: { days: DAYS, from: at(from), to: at(to) }, blackout_dates: [] };
}

function allHours({
  days = DAYS,
  blackout,
}: {
  days?: readonly string[];
  blackout?: Temporal.ZonedDateTime;
}): CampaignEdit {
  return { calling_window: { ...ANY_HOUR, days }, blackout_dates: blackout ? [dateOf(blackout)] : [] };
}

function dayOf({ dayOfWeek }: Temporal.ZonedDateTime): string | undefined {
  return DAYS[dayOfWeek - 1];
}

function dateOf(local: Temporal.ZonedDateTime): string {
  return local.toPlainDate().toString();
}

/** Returns a whole number from 1 to `most`. */
function up(random: RandomNumbers, most: number): number {
  return 1 + Math.floor(random() * most);
}
