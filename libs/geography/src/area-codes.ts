import { readPrefixTable } from './data-file.js';
import { COVERED_AREA, REGION_OF_NAME, SHARED_AREAS } from './regions.js';

export interface Territory {
  readonly country: string;
  readonly region: string | null;
}

let areas: ReadonlyMap<string, Territory> | undefined;

/**
 * Returns the country and state or province of an area code of the USA or Canada.
 *
 * @param areaCode the three digits after +1.
 * @returns null for other codes: the islands, toll-free numbers, codes that are newer than the tables.
 */
export function territoryOfAreaCode(areaCode: string): Territory | null {
  areas ??= loadAreas();
  return areas.get(areaCode) ?? areas.get(COVERED_AREA[areaCode] ?? '') ?? null;
}

/**
 * Loads the area codes. A few are listed by towns only ('Houston, TX'); they count if all the towns lie in one state.
 */
function loadAreas(): ReadonlyMap<string, Territory> {
  const found = new Map<string, Territory | null>();
  const rows = readPrefixTable('geocodes/en/1');
  for (const [prefix, text] of rows) {
    const code = prefix.slice(0, 3);
    if (prefix.length > 3 && rows.has(code)) continue;
    const area = areaNamed(text);
    found.set(code, found.has(code) && found.get(code)?.region !== area?.region ? null : area);
  }
  return new Map([...found].filter((entry): entry is [string, Territory] => entry[1] !== null));
}

const ABBREVIATED = new Map(Object.values(REGION_OF_NAME).map((region) => [region.slice(3), region]));

function areaNamed(text: string): Territory | null {
  const shared = SHARED_AREAS[text];
  if (shared) return { country: shared, region: null };
  const region = REGION_OF_NAME[text] ?? ABBREVIATED.get(/, ([A-Z]{2})$/.exec(text)?.[1] ?? '');
  return region ? { country: region.slice(0, 2), region } : null;
}
