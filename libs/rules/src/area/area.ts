/** Where a called person may be: what decides which clock and which law hold for a call. */
export interface Place {
  /** ISO 3166-1 alpha-2; null for numbers that belong to no country (satellite, international toll-free). */
  readonly country: string | null;
  /** ISO 3166-2, as in 'US-FL' or 'CA-QC'; null where it is not known, or the country's numbers do not tell. */
  readonly region: string | null;
  /** IANA names, sorted: every zone the person may be in. Empty: unknown. */
  readonly zones: readonly string[];
}

/** One text for each place, as in 'US-FL America/Chicago,America/New_York': equal places, equal texts. */
export function placeKey(place: Place): string {
  return `${place.region ?? place.country ?? '-'} ${place.zones.join(',') || '-'}`;
}
