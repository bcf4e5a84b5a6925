import type { Area } from '../area/area.js';
import { DAY_MS, dateOf, minutesOf, weekdayOf } from './window/calendar-day.js';
import type { HoursTerms } from './window/hours-terms.js';
import { packsOf } from './packs-for.js';
import type { RulePack } from './packs/rule-pack.js';
import { isPublicHoliday } from './public-holidays.js';

/** Part of a day by local time, in ms from midnight; the end is exclusive. */
export type Stretch = readonly [fromMs: number, toMs: number];

export type ClosedBy = 'window' | 'blackout_date' | 'public_holiday' | 'rule_pack';

/** Stretches of a day that one rule leaves open. */
interface Allowance {
  readonly rule: ClosedBy;
  readonly stretches: readonly Stretch[];
}

/**
 * Open hours by day number, counted from 1970-01-01. They do not depend on zones: a local date has the same hours
 * everywhere in an area.
 */
export interface LocalDays {
  openStretches(dayNumber: number): readonly Stretch[];
  /** Returns the first rule, in the order of `ClosedBy`, that closes a moment; null if it is open. */
  closedBy(dayNumber: number, timeMs: number): ClosedBy | null;
}

/** Returns the open hours of every date in an area. Each date is computed once, when it is asked for. */
export function localDays(terms: HoursTerms, area: Area): LocalDays {
  const known = new Map<number, readonly Stretch[]>();
  const packs = terms.usesRulePacks ? packsOf(area) : [];
  const blackout = new Set(terms.blackoutDates);
  const allowances = (day: number) => allowancesOf({ terms, area, packs, blackout }, day);
  return {
    openStretches(day) {
      let open = known.get(day);
      if (!open)
        known.set(
          day,
          (open = allowances(day)
            .map(({ stretches }) => stretches)
            .reduce(overlap)),
        );
      return open;
    },
    closedBy(day, timeMs) {
      return allowances(day).find(({ stretches }) => !isWithin(stretches, timeMs))?.rule ?? null;
    },
  };
}

interface Rules {
  readonly terms: HoursTerms;
  readonly area: Area;
  readonly packs: readonly RulePack[];
  readonly blackout: ReadonlySet<string>;
}

const WHOLE_DAY: readonly Stretch[] = [[0, DAY_MS]];

function allowancesOf({ terms, area, packs, blackout }: Rules, day: number): readonly Allowance[] {
  const date = dateOf(day);
  const isOff = terms.skipsPublicHolidays && isPublicHoliday(area, date);
  return [
    { rule: 'window', stretches: windowStretches(terms, day) },
    { rule: 'blackout_date', stretches: blackout.has(date) ? [] : WHOLE_DAY },
    { rule: 'public_holiday', stretches: isOff ? [] : WHOLE_DAY },
    ...packs
      .filter((pack) => pack.effective_from <= date)
      .map((pack) => ({ rule: 'rule_pack' as const, stretches: packStretches(pack, area, day) })),
  ];
}

/** Returns the stretches of a window. One over midnight has its second part on the morning of the next day. */
function windowStretches({ window }: HoursTerms, day: number): readonly Stretch[] {
  const [fromMs, toMs] = [minutesOf(window.from) * 60_000, minutesOf(window.to) * 60_000];
  const beginsOn = (dayNumber: number) => window.days.includes(weekdayOf(dayNumber));
  if (fromMs < toMs) return beginsOn(day) ? [[fromMs, toMs]] : [];
  const morning: readonly Stretch[] = beginsOn(day - 1) && toMs > 0 ? [[0, toMs]] : [];
  return beginsOn(day) ? [...morning, [fromMs, DAY_MS]] : morning;
}

function packStretches(pack: RulePack, area: Area, day: number): readonly Stretch[] {
  const hours = pack.hours[weekdayOf(day)];
  if (hours === null) return [];
  if (pack.closed_on_public_holidays && isPublicHoliday(area, dateOf(day))) return [];
  return [[minutesOf(hours[0]) * 60_000, minutesOf(hours[1]) * 60_000]];
}

function overlap(some: readonly Stretch[], others: readonly Stretch[]): readonly Stretch[] {
  if (others === WHOLE_DAY) return some;
  return some
    .flatMap((one) => others.map((other): Stretch => [Math.max(one[0], other[0]), Math.min(one[1], other[1])]))
    .filter(([fromMs, toMs]) => fromMs < toMs);
}

function isWithin(stretches: readonly Stretch[], timeMs: number): boolean {
  return stretches.some(([fromMs, toMs]) => fromMs <= timeMs && timeMs < toMs);
}
