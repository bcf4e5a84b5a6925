import { nextOpening, type HoursTerms } from '#rules/calling-hours/opening.js';
import { DEFAULT_CALLING_WINDOW } from '#rules/calling-hours/window/calling-window.js';
import { groupBy } from '#rules/values/group-by.js';
import { zonesOfNumber } from '../number-zones.js';
import { clockOf } from './clocks.fixture.js';
import { COUNTRIES_WITH_ZONES } from './countries-with-zones.js';
import { sampleNumbers, zonesByPrefixTable, type SampleNumber } from './sample-numbers.fixture.js';

const TERMS: HoursTerms = {
  window: DEFAULT_CALLING_WINDOW,
  blackoutDates: [],
  skipsPublicHolidays: false,
  usesRulePacks: false,
};
/** Instants in the northern winter and summer. */
const DAYS = ['2026-01-14T00:00:00Z', '2026-07-15T00:00:00Z'].map((text) => new Date(text));

interface Located {
  readonly sample: SampleNumber;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Returns the page `docs/zones.md`: what the tables changed, by country. */
export function zonesPage(): string {
  const located = sampleNumbers().map((sample) => ({
    sample,
    before: zonesByPrefixTable(sample.digits),
    after: zonesOfNumber(sample.digits),
  }));
  const countries = [...groupBy(located, ({ sample }) => sample.country)].toSorted(([a], [b]) => a.localeCompare(b));
  const rows = countries.flatMap(([country, numbers]) => rowOf(country, numbers));
  return `${introduction(located, countries.length)}\n${HEADER}\n${rows.join('\n')}\n\n${leftOut()}`;
}

function introduction(located: readonly Located[], countries: number): string {
  const wrong = (of: 'before' | 'after') =>
    located.filter((one) => !one[of].some((zone) => clockOf(zone) === clockOf(one.sample.zone))).length;
  return `# Zones of numbers

By which clocks a number is judged: [compliance](compliance.md#where-a-person-is). This page shows what the tables of
zones change against libphonenumber's table of prefixes, which decided before. A test makes it
(\`npx vitest run libs/geography/src/zones/zones-page.spec.ts -u\`), and compares it where the runtime has the tz
database ${process.versions['tz']}.

Measured with ${located.length} numbers of ${countries} countries whose place is known from numbering plans, not
from a table of zones (\`libs/geography/src/zones/sample-numbers.fixture.ts\`). The clock of the
person was missing for ${wrong('before')} of them, and is now for ${wrong('after')}.

A row is a country of which some numbers got other clocks. Hours are those of a day with the usual window, 08:00 to
21:00: the fewest and the most of its numbers, in January and July of 2026. Fewer hours mean that a number may lie in
more zones than was thought; \`timezone\` on the contact gives them back.
`;
}

const HEADER =
  '| country | numbers | zones before | zones now | hours before | hours now |\n| - | -: | - | - | - | - |';

function rowOf(country: string, numbers: readonly Located[]): string[] {
  const changed = numbers.filter(({ before, after }) => clocksOf(before) !== clocksOf(after));
  if (changed.length === 0) return [];
  const cells = [
    country,
    `${changed.length} of ${numbers.length}`,
    namesOf(changed.map(({ before }) => before)),
    namesOf(changed.map(({ after }) => after)),
    hoursOf(changed.map(({ before }) => before)),
    hoursOf(changed.map(({ after }) => after)),
  ];
  return [`| ${cells.join(' | ')} |`];
}

function clocksOf(zones: readonly string[]): string {
  return [...new Set(zones.map(clockOf))].sort().join();
}

const MOST_NAMES = 6;

/** Returns one zone per clock, of all the lists. */
function namesOf(lists: readonly (readonly string[])[]): string {
  const zones = [...new Set(lists.flat())].sort();
  const names = [...new Map(zones.toReversed().map((zone) => [clockOf(zone), zone])).values()].sort();
  if (names.length === 0) return 'none';
  return names.length <= MOST_NAMES ? names.join(', ') : `${names.length} clocks`;
}

function hoursOf(lists: readonly (readonly string[])[]): string {
  const hours = [...new Map(lists.map((zones) => [clocksOf(zones), zones])).values()].flatMap((zones) =>
    DAYS.map((day) => openHours(zones, day)),
  );
  const [fewest, most] = [Math.min(...hours), Math.max(...hours)];
  return fewest === most ? String(most) : `${fewest} to ${most}`;
}

function openHours(zones: readonly string[], day: Date): number {
  const opening = nextOpening(TERMS, { country: null, region: null, zones }, day);
  return opening ? (opening.closesAt.getTime() - opening.opensAt.getTime()) / 3_600_000 : 0;
}

function leftOut(): string {
  const rows = Object.entries(COUNTRIES_WITH_ZONES).flatMap(([country, { leftOut: zones = {} }]) =>
    Object.entries(zones).map(([zone, reason]) => `- \`${zone}\` (${country}): ${reason}.`),
  );
  return `## Left out

Zones of the tz database that no number of the country gets:

${rows.join('\n')}

Australian mobile telephones on Christmas Island and the Cocos Islands (2,300 people) are judged by the clocks of
Australia. So are a few places of fewer than 1,000 people that keep the clock of a neighbour by custom.
`;
}
