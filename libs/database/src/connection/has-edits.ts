/** Tells if an edit names a column. TypeORM throws an error for an update that sets none, as of an empty PATCH. */
export function hasEdits(edits: object): boolean {
  return Object.values(edits).some((value) => value !== undefined);
}
