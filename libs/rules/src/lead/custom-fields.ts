/** Limits of all custom fields of a contact. Patches are merged, so small ones could grow it forever. */
export const MOST_FIELDS = 100;
export const MOST_BYTES = 16_384;

/** Custom field for the extension of a contact's number. */
export const EXTENSION_FIELD = 'phone_extension';

/**
 * Returns the problem of a contact's custom fields after a change; null if they are valid. A contact that exceeded a
 * limit before the change may keep or reduce its fields.
 */
export function customFieldsProblem(before: object, after: object): string | null {
  const names = Object.keys(after).length;
  if (names > MOST_FIELDS && names > Object.keys(before).length)
    return `must be ${MOST_FIELDS} fields at most${including(before)}`;
  const bytes = bytesOf(after);
  if (bytes > MOST_BYTES && bytes > bytesOf(before))
    return `must be ${MOST_BYTES} bytes of JSON at most${including(before)}`;
  return null;
}

function including(before: object): string {
  return Object.keys(before).length > 0 ? ', those included that stay' : '';
}

function bytesOf(fields: object): number {
  return new TextEncoder().encode(JSON.stringify(fields, asWrittenOut)).length;
}

/**
 * Writes out a number that JavaScript shortens. PostgreSQL stores `1e300` with all of its 301 digits, so a list of such
 * numbers would grow fiftyfold.
 */
function asWrittenOut(_name: string, value: unknown): unknown {
  if (typeof value !== 'number') return value;
  const [digits, exponent] = String(value).split('e');
  return exponent === undefined ? value : digits + '0'.repeat(Math.abs(Number(exponent)));
}

export interface FittingFields {
  readonly fields: Record<string, unknown>;
  /** Names of the dropped fields, in order. */
  readonly dropped: readonly string[];
}

/** Keeps the first custom fields of a new contact that fit together. */
export function fittingFields(all: Readonly<Record<string, unknown>>): FittingFields {
  const fields = Object.create(null) as Record<string, unknown>;
  const dropped: string[] = [];
  let [names, bytes] = [0, '{}'.length];
  for (const [name, value] of Object.entries(all)) {
    const size = bytesOf({ [name]: value }) - '{}'.length + (names > 0 ? 1 : 0);
    if (names === MOST_FIELDS || bytes + size > MOST_BYTES) dropped.push(name);
    else {
      fields[name] = value;
      [names, bytes] = [names + 1, bytes + size];
    }
  }
  return { fields, dropped };
}

/** Returns a sentence about dropped fields; nothing if there are none. */
export function droppedNotes(dropped: readonly string[]): string[] {
  if (dropped.length === 0) return [];
  const named = dropped.slice(0, MOST_NAMED).map((name) => `"${name.slice(0, 40)}"`);
  const more = dropped.length > named.length ? ` and ${dropped.length - named.length} more` : '';
  return [
    `custom_fields: ${MOST_FIELDS} fields and ${MOST_BYTES} bytes at most; left out are ${named.join(', ')}${more}`,
  ];
}

const MOST_NAMED = 5;
