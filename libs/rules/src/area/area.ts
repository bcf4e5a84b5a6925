/** Area in which a called person may be. It decides which clocks and which laws apply to a call. */
export interface Area {
  /** ISO 3166-1 alpha-2; null for numbers that belong to no country (satellite, international toll-free). */
  readonly country: string | null;
  /** ISO 3166-2, as in 'US-FL' or 'CA-QC'; null if unknown, or if the country's numbers do not show a region. */
  readonly region: string | null;
  /** IANA names, sorted: every zone in which the person may be. Empty: unknown. */
  readonly zones: readonly string[];
}

/** Returns one text per area, as in 'US-FL America/Chicago,America/New_York'. Equal areas have equal texts. */
export function areaKey(area: Area): string {
  return `${area.region ?? area.country ?? '-'} ${area.zones.join(',') || '-'}`;
}
