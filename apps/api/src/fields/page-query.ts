import { IntegerParameter } from './fields.js';

/** The largest page number for which `(page - 1) * page_size` stays an offset that PostgreSQL counts. */
const LAST_PAGE = 1_000_000;

export class PageQuery {
  @IntegerParameter({ min: 1, max: LAST_PAGE, default: 1, description: 'Page, from 1.' })
  page: number = 1;

  @IntegerParameter({ min: 1, max: 100, default: 20, description: 'Items on a page.' })
  page_size: number = 20;
}

export interface Page<Item> {
  readonly items: Item[];
  readonly page: number;
  readonly page_size: number;
  readonly total: number;
}

export function offsetOf({ page, page_size }: PageQuery): number {
  return (page - 1) * page_size;
}
