import type { AskedWords } from '../first-words/lacking-words.js';
import { WORDS_KINDS } from '../first-words/sentences.js';
import type { Area } from '../area/area.js';
import { COUNTRY_PACKS } from './packs/countries.js';
import type { RulePack } from './packs/rule-pack.js';
import { US_STATE_PACKS } from './packs/us-states.js';

/** Codes under federal law of the USA: its territories are countries of their own in ISO 3166-1. */
const UNDER_FEDERAL_LAW = new Set(['US', 'AS', 'GU', 'MP', 'PR', 'VI']);

/** Members of the European Union, by ISO 3166-1. Territories with a code of their own count as their country. */
const EUROPEAN_UNION = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK AX BL GF GP MF MQ RE YT'.split(' '),
);

/**
 * Returns the rule packs that bind a call on a day. They are the country's and the state's, and all of them must allow
 * it. A number of the USA whose state is unknown (toll-free, a new area code) may be in any state. The packs of all
 * states therefore bind it.
 *
 * @param localDate YYYY-MM-DD where the person is; packs that begin later do not bind yet.
 */
export function packsFor(area: Area, localDate: string): readonly RulePack[] {
  return packsOf(area).filter((pack) => pack.effective_from <= localDate);
}

/** Returns the packs of an area, whatever their first day. */
export function packsOf({ country, region }: Area): readonly RulePack[] {
  const nation = country !== null && UNDER_FEDERAL_LAW.has(country) ? 'US' : country;
  const union = country !== null && EUROPEAN_UNION.has(country) ? 'EU' : nation;
  const national = COUNTRY_PACKS.filter(({ jurisdiction }) => jurisdiction === nation || jurisdiction === union);
  const isSomewhereInUs = country === 'US' && region === null;
  return [...national, ...US_STATE_PACKS.filter((pack) => isSomewhereInUs || pack.jurisdiction === region)];
}

/** Returns which packs of an area require which sentences on a local day; later rules do not bind yet. */
export function wordsAskedBy(area: Area, localDate: string): AskedWords {
  const packs = packsFor(area, localDate);
  const asked = WORDS_KINDS.map((kind) => {
    const asking = packs.filter(({ words }) =>
      words.some((rule) => rule.kind === kind && rule.effective_from <= localDate),
    );
    return [kind, asking.map(({ id, version }) => `${id}@${version}`)] as const;
  });
  return Object.fromEntries(asked.filter(([, packIds]) => packIds.length > 0));
}
