/**
 * Area codes, and all zones that lie in each; behind 555-01xx there is nobody. A list of our own, so that the judge
 * asks nobody else.
 */
const AMERICAN_AREAS: Readonly<Record<string, readonly string[]>> = {
  '212': ['America/New_York'],
  '312': ['America/Chicago'],
  '303': ['America/Denver'],
  '213': ['America/Los_Angeles'],
  '602': ['America/Phoenix'],
  '808': ['Pacific/Honolulu'],
  '850': ['America/Chicago', 'America/New_York'],
  '208': ['America/Boise', 'America/Los_Angeles'],
};
const AREAS = Object.keys(AMERICAN_AREAS);
const PER_AREA = 100;

/**
 * Zones of people who are known to be elsewhere, by the end of their British numbers. Their clocks are off the full
 * hour, and one is of the south.
 */
const STATED_ZONES: Readonly<Record<string, string>> = {
  '11': 'Asia/Kolkata',
  '33': 'Australia/Lord_Howe',
  '55': 'America/St_Johns',
};

export const ZONES = [
  'Europe/London',
  ...new Set(Object.values(AMERICAN_AREAS).flat()),
  ...Object.values(STATED_ZONES),
] as const as readonly [string, ...string[]];

/** Null once all areas are used up; neighbours lie in different zones. */
export function americanNumber(n: number): string | null {
  const inArea = Math.floor(n / AREAS.length);
  return inArea < PER_AREA ? `+1${AREAS[n % AREAS.length]}55501${String(inArea).padStart(2, '0')}` : null;
}

export function isOfPlaces(areaCode: string): boolean {
  return Object.hasOwn(AMERICAN_AREAS, areaCode);
}

export function statedZoneOf(phoneNumber: string): string | null {
  return phoneNumber.startsWith('+44') ? (STATED_ZONES[phoneNumber.slice(-2)] ?? null) : null;
}

/** The zones in which a number may be answered, whose clocks all count; none where this list does not say. */
export function zonesOf(phoneNumber: string): readonly string[] {
  if (phoneNumber.startsWith('+44')) return [statedZoneOf(phoneNumber) ?? 'Europe/London'];
  return phoneNumber.startsWith('+1') ? (AMERICAN_AREAS[phoneNumber.slice(2, 5)] ?? []) : [];
}
