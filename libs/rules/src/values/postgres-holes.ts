/** First minor version of each major one without security holes that were known when this was written. */
const MENDED: ReadonlyMap<number, number> = new Map([
  [15, 19],
  [16, 15],
  [17, 11],
  [18, 6],
]);

/**
 * Returns that a PostgreSQL has known security holes; null if it has none of the known ones.
 * @param version as in `server_version_num`: 150019 is 15.19.
 */
export function holesIn(version: number): string | null {
  const [major, minor] = [Math.floor(version / 10_000), version % 10_000];
  const mended = MENDED.get(major);
  if (mended === undefined ? major > 15 : minor >= mended) return null;
  const wanted = mended === undefined ? 'a version that is still mended (15 or newer)' : `${major}.${mended} or newer`;
  const where = 'https://www.postgresql.org/support/security/';
  return `PostgreSQL ${major}.${minor} has known security holes: move to ${wanted} (${where}).`;
}
