import type { Place } from '../../place.js';
import { COUNTRY_PACKS } from './countries.js';
import type { RulePack } from './rule-pack.js';
import { US_STATE_PACKS } from './us-states.js';

/** The territories are countries of their own in ISO 3166-1, and under federal law. */
const UNDER_FEDERAL_LAW = new Set(['US', 'AS', 'GU', 'MP', 'PR', 'VI']);

/**
 * The rule packs that bind a call on a day: the country's and the state's, and all of them have to allow it. A number
 * of the USA whose state is unknown (toll-free, a new area code) may be in any state, so all states' packs bind it.
 *
 * @param localDate YYYY-MM-DD where the person is; packs that begin later do not bind yet.
 */
export function packsFor(place: Place, localDate: string): readonly RulePack[] {
  return packsOf(place).filter((pack) => pack.effective_from <= localDate);
}

/** The packs of a place, whenever they begin. */
export function packsOf({ country, region }: Place): readonly RulePack[] {
  const nation = country !== null && UNDER_FEDERAL_LAW.has(country) ? 'US' : country;
  const national = COUNTRY_PACKS.filter((pack) => pack.jurisdiction === nation);
  const isSomewhereInUs = country === 'US' && region === null;
  return [...national, ...US_STATE_PACKS.filter((pack) => isSomewhereInUs || pack.jurisdiction === region)];
}
