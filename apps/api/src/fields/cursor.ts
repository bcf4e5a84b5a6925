import type { ListPosition } from '#database/statements/parts/filter.js';
import { isInstant } from '#rules/values/instant.js';
import { InvalidFields } from '#rules/errors/domain-error.js';

/** Id as a cursor has it: in lower case, as PostgreSQL writes it. */
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const LONGEST_KEY = 64;

/** Encodes where the next page of a list begins. Clients send it back; it belongs to one order of the list. */
export function toCursor(order: string, { key, id }: ListPosition): string {
  return Buffer.from(JSON.stringify([order, key, id])).toString('base64url');
}

/** Decodes a cursor. @throws InvalidFields for a cursor of another list, and for any other text. */
export function fromCursor(cursor: string, order: string, isKey: (key: string) => boolean): ListPosition {
  const [itsOrder, key, id] = parsed(cursor);
  const isWhole = typeof key === 'string' && key.length <= LONGEST_KEY && typeof id === 'string' && UUID.test(id);
  if (itsOrder !== order || !isWhole || !isKey(key)) {
    throw new InvalidFields([
      { field: 'cursor', message: 'must be the next_cursor of the page before, in the same order' },
    ]);
  }
  return { key, id };
}

function parsed(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? (value as unknown[]) : [];
  } catch {
    return [];
  }
}

/** Returns true for a sort key that is a time, as PostgreSQL writes it in UTC. */
export function isTimeKey(key: string): boolean {
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/.test(key) && isInstant(`${key.replace(' ', 'T')}:00`);
}

export function isNumberKey(key: string): boolean {
  return /^\+\d{1,15}$/.test(key);
}
