import type { AskedWords } from '../first-words/lacking-words.js';
import { WORDS_KINDS } from '../first-words/sentences.js';
import type { Place } from '../area/area.js';
import { COUNTRY_PACKS } from './packs/countries.js';
import type { RulePack } from './packs/rule-pack.js';
import { US_STATE_PACKS } from './packs/us-states.js';

/** The territories are countries of their own in ISO 3166-1, and under federal law. */
const UNDER_FEDERAL_LAW = new Set(['US', 'AS', 'GU', 'MP', 'PR', 'VI']);

/** Members of the European Union, by ISO 3166-1. Territories that have a code of their own count as their country. */
const EUROPEAN_UNION = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK AX BL GF GP MF MQ RE YT'.split(' '),
);

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
  const union = country !== null && EUROPEAN_UNION.has(country) ? 'EU' : nation;
  const national = COUNTRY_PACKS.filter(({ jurisdiction }) => jurisdiction === nation || jurisdiction === union);
  const isSomewhereInUs = country === 'US' && region === null;
  return [...national, ...US_STATE_PACKS.filter((pack) => isSomewhereInUs || pack.jurisdiction === region)];
}

/** Which packs of a place ask for which sentences on a day there; rules that begin later do not bind yet. */
export function wordsAskedBy(place: Place, localDate: string): AskedWords {
  const packs = packsFor(place, localDate);
  const asked = WORDS_KINDS.map((kind) => {
    const asking = packs.filter(({ words }) =>
      words.some((rule) => rule.kind === kind && rule.effective_from <= localDate),
    );
    return [kind, asking.map(({ id, version }) => `${id}@${version}`)] as const;
  });
  return Object.fromEntries(asked.filter(([, packIds]) => packIds.length > 0));
}
