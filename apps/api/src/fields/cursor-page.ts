import { IntegerParameter } from './fields.js';
import { CursorParameter } from './list-fields.js';
import { fromCursor, isTimeKey, toCursor } from './cursor.js';
import type { ListPosition, PageWanted } from '#database/statements/parts/filter.js';

/** Rows on a page if the client names no number. */
const MOST = 1_000;

/** A list without page numbers: its next page begins at the cursor. */
export class CursorQuery {
  @CursorParameter()
  cursor?: string;

  @IntegerParameter({ min: 1, max: MOST, default: MOST, description: 'Items on a page.' })
  page_size: number = MOST;
}

export const NEXT_CURSOR = {
  type: String,
  nullable: true,
  description: 'Hand it back as `cursor` for what follows; null: it is all.',
} as const;

/**
 * Reads one page of a list by its cursor. `read` is asked for one row more than is shown, which tells whether more
 * follow.
 * @throws InvalidFields for a cursor of another list.
 */
export async function cursorPage<Row extends ListPosition>(
  order: string,
  { cursor, page_size }: CursorQuery,
  read: (wanted: PageWanted) => Promise<Row[]>,
): Promise<{ rows: Omit<Row, 'key'>[]; next_cursor: string | null }> {
  const after = cursor === undefined ? null : fromCursor(cursor, order, isTimeKey);
  const found = await read({ after, limit: page_size + 1 });
  const shown = found.slice(0, page_size);
  const last = found.length > page_size ? shown.at(-1) : undefined;
  return { rows: shown.map(withoutKey), next_cursor: last ? toCursor(order, last) : null };
}

/** Returns a row of a list without its position. */
export function withoutKey<Row extends ListPosition>(row: Row): Omit<Row, 'key'> {
  const { key: _, ...rest } = row;
  return rest;
}
