/** True if an edit names a column. TypeORM's `update` throws UpdateValuesMissingError if all are undefined. */
export function hasValues(edits: object): boolean {
  return Object.values(edits).some((value) => value !== undefined);
}
