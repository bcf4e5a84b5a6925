import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { ListPosition, NumberedPageWanted } from '#database/statements/parts/filter.js';
import { fromCursor, toCursor } from './cursor.js';
import { withoutKey } from './cursor-page.js';
import { DateTimeField } from './date-time-field.js';
import { offsetOf, pageOf, type Page, type PageQuery } from './page-query.js';

/** A query for a long list: by page numbers, or by cursors. */
export interface FilteredListQuery extends PageQuery {
  readonly cursor?: string;
}

/** The filter of a list by the time at which its rows were made. */
export interface CreationQuery {
  created_from?: string;
  created_to?: string;
}

/** Makes the filter of a list by time. @param subject in plural, with what was done to it: `calls committed`. */
export function createdBetween(subject: string): Type<CreationQuery> {
  class BetweenQuery implements CreationQuery {
    @DateTimeField({ description: `Only ${subject} at this time or later.`, example: null })
    created_from?: string;

    @DateTimeField({ description: `Only ${subject} before.`, example: null })
    created_to?: string;
  }
  return BetweenQuery;
}

/** Returns the times of a filter as the statements take them. */
export function creationOf({ created_from, created_to }: CreationQuery) {
  return {
    createdFrom: created_from ? new Date(created_from) : null,
    createdTo: created_to ? new Date(created_to) : null,
  };
}

export interface FilteredPage<Item> extends Page<Item> {
  readonly next_cursor: string | null;
}

/** Makes the base class of a page of a filtered list. */
export function filteredPageOf<Item>(
  type: Type<Item>,
  { order, example }: { order?: string; example: number },
): Type<FilteredPage<Item>> {
  const total = { description: 'Of all that fit the filters.', example };
  class ItemsPage extends pageOf(type, { order, total }) implements FilteredPage<Item> {
    @ApiProperty({
      type: String,
      nullable: true,
      description: 'Hand it back as `cursor` for what follows; null: it may be all.',
    })
    next_cursor: string | null;
  }
  return ItemsPage;
}

/** Order of a list, as its cursors name it, with the check of their keys. */
interface ListOrder {
  readonly order: string;
  readonly isKey: (key: string) => boolean;
}

/**
 * Reads a page of a list, by its number or by a cursor.
 * @param read returns the rows, and the number of all rows that fit the filters.
 * @throws InvalidFields for a cursor of another list.
 */
export async function filteredPage<Row extends ListPosition>(
  { order, isKey }: ListOrder,
  query: FilteredListQuery,
  read: (wanted: NumberedPageWanted) => Promise<readonly [Row[], number]>,
): Promise<FilteredPage<Omit<Row, 'key'>>> {
  const { page, page_size, cursor } = query;
  const after = cursor === undefined ? null : fromCursor(cursor, order, isKey);
  const [rows, total] = await read({ after, limit: page_size, offset: after ? 0 : offsetOf(query) });
  const last = rows.length === page_size ? rows.at(-1)! : null;
  return { items: rows.map(withoutKey), page, page_size, total, next_cursor: last && toCursor(order, last) };
}

/** Rows of one batch of an export. */
const EXPORTED_TOGETHER = 1_000;

/**
 * Yields a list in batches, each of which begins after the last row of the one before. So no connection or snapshot is
 * kept while the client reads.
 */
export async function* inBatches<Row extends ListPosition>(
  read: (wanted: NumberedPageWanted) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  let after: ListPosition | null = null;
  do {
    const rows: Row[] = await read({ limit: EXPORTED_TOGETHER, offset: 0, after });
    if (rows.length > 0) yield rows;
    after = rows.length === EXPORTED_TOGETHER ? rows.at(-1)! : null;
  } while (after);
}
