import { parseBounded, type JsonBounds } from '#runtime/bounded-json.js';
import { changedNumbers } from '#runtime/exact-numbers.js';
import { isStorable } from '#rules/values/storable.js';

/** Bounds of a cell: a contact has 16,384 bytes of custom fields. */
const BOUNDS: JsonBounds = { depth: 64, containers: 10_000, values: 20_000, fields: 1_000 };

/**
 * Reads custom fields that an export has written as JSON.
 * @returns null if the text is no object that can be stored, or has a number that parsing would change.
 */
export function readCustomFields(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value = parseBounded(text, BOUNDS);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && isStorable(value) && changedNumbers(text, 1).length === 0
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
