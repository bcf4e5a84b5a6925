import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
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

/** Parts of a page's description in the OpenAPI document that differ between lists. */
interface PageWords {
  /** Order of the items. */
  readonly order?: string;
  readonly total: { readonly description?: string; readonly example: number };
}

/** Makes the base class of a page of these items. */
export function pageOf<Item>(type: Type<Item>, { order, total }: PageWords): Type<Page<Item>> {
  class ItemsPage implements Page<Item> {
    @ApiProperty({ type: [type], description: order })
    items: Item[];

    @ApiProperty({ type: 'integer', example: 1 })
    page: number;

    @ApiProperty({ type: 'integer', example: 20 })
    page_size: number;

    @ApiProperty({ type: 'integer', ...total })
    total: number;
  }
  return ItemsPage;
}

export function offsetOf({ page, page_size }: PageQuery): number {
  return (page - 1) * page_size;
}
