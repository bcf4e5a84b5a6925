export interface NameParts {
  readonly first_name: string | null;
  readonly last_name: string | null;
}

/** Splits a full name: `Lovelace, Ada` at its comma, `Ada Lovelace` after its first word. */
export function splitFullName(name: string | null): NameParts {
  const plain = (name ?? '').trim();
  if (plain === '') return { first_name: null, last_name: null };
  const comma = plain.indexOf(',');
  if (comma > 0) return { first_name: plain.slice(comma + 1).trim() || null, last_name: plain.slice(0, comma).trim() };
  const space = plain.search(/\s/);
  if (space === -1) return { first_name: plain, last_name: null };
  return { first_name: plain.slice(0, space), last_name: plain.slice(space).trim() };
}
