/** Patches are merged: without a limit of the whole, small ones would make it grow for ever. */
const MOST_FIELDS = 100;
const MOST_BYTES = 16_384;

/**
 * Says what is wrong with the custom fields of a contact after a change; null: nothing.
 * A contact that had more before the change may keep it, and get less.
 */
export function customFieldsProblem(before: object, after: object): string | null {
  const names = Object.keys(after).length;
  if (names > MOST_FIELDS && names > Object.keys(before).length)
    return `must be ${MOST_FIELDS} fields at most, those included that stay`;
  const bytes = bytesOf(after);
  if (bytes > MOST_BYTES && bytes > bytesOf(before))
    return `must be ${MOST_BYTES} bytes of JSON at most, those included that stay`;
  return null;
}

function bytesOf(fields: object): number {
  return new TextEncoder().encode(JSON.stringify(fields)).length;
}
