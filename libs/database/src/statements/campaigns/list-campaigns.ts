import type { CampaignStatus } from '#rules/campaign/campaign-status.js';
import type { CampaignRow } from '../../entities/campaign.entity.js';
import type { Sql } from '../../connection/sql.js';
import { CAMPAIGN_COLUMNS } from './campaigns.js';
import { composed, Filter, TIME_KEY, type ListPosition, type PageWanted } from '../parts/filter.js';

/** Bytes of all prompts of a page up to which they are shown without being asked for. */
export const MOST_PROMPT_BYTES = 100_000;

/** Bytes of all texts of a page; a page that would have more ends earlier. */
export const MOST_TEXT_BYTES = 10_000_000;

/** Selects campaigns of a tenant; null: any value. */
export interface CampaignFilter {
  readonly tenantId: string;
  readonly isTest: boolean | null;
  /** Null: any status but `archived`. */
  readonly statuses: readonly CampaignStatus[] | null;
}

/** A page of the list. With `shown`, prompts are returned even if they exceed `MOST_PROMPT_BYTES` together. */
export interface CampaignPage extends PageWanted {
  readonly prompts: 'shown' | 'if_small';
}

export type ListedCampaign = Omit<CampaignRow, 'system_prompt'> & {
  /** Null: left out, on the whole page. */
  readonly system_prompt: string | null;
} & ListPosition;

export interface CampaignList {
  readonly campaigns: readonly ListedCampaign[];
  readonly isMore: boolean;
  /** Number of all campaigns that match the filter. */
  readonly total: number;
}

/**
 * Returns one page of a tenant's campaigns, newest first, and the number of all.
 *
 * 1. Find one campaign more than the page has, by the index of tenant and time. Unless archived campaigns are asked
 *    for, the index read has none of them.
 * 2. Add up the sizes of their texts without reading them: `octet_length` needs only the heads of long values.
 * 3. End the page before its texts exceed `MOST_TEXT_BYTES`, but not before its first campaign.
 * 4. Read the prompts, unless they exceed `MOST_PROMPT_BYTES` together and the client did not ask for them.
 */
export async function listCampaigns(sql: Sql, filter: CampaignFilter, page: CampaignPage): Promise<CampaignList> {
  const found = await sql.run<ListedCampaign & { is_more: boolean }>(...pageOf(filter, page));
  const conditions = conditionsOf(filter);
  const text = `SELECT count(*)::int AS n FROM campaigns WHERE ${conditions.where}`;
  const [count] = await sql.run<{ n: number }>(composed('count-campaigns', text), conditions.values);
  const campaigns = found.map(({ is_more: _isMore, ...campaign }) => campaign);
  return { campaigns, isMore: found.at(-1)?.is_more ?? false, total: count?.n ?? 0 };
}

const COLUMNS = CAMPAIGN_COLUMNS.filter((column) => column !== 'system_prompt');
const LONG_TEXTS = ['description', 'first_message', 'disclosure', 'recording_notice'] as const;
const TEXT_BYTES = LONG_TEXTS.map((column) => `coalesce(octet_length(${column}), 0)`).join(' + ');

function pageOf(filter: CampaignFilter, { after, limit, prompts }: CampaignPage): Parameters<Sql['run']> {
  const conditions = conditionsOf(filter);
  if (after) {
    const [key, id] = [conditions.parameter(after.key), conditions.parameter(after.id)];
    conditions.andAlso(`(created_at, id) < (${key}::timestamptz, ${id}::uuid)`);
  }
  const most = conditions.parameter(limit);
  const isShown = prompts === 'shown';
  const text = `
    WITH sized AS (
      SELECT c.*, row_number() OVER w AS nth, count(*) OVER () AS found, octet_length(system_prompt) AS prompt_bytes,
        sum(${TEXT_BYTES}${isShown ? ' + octet_length(system_prompt)' : ''}) OVER w AS bytes_so_far
      FROM (SELECT * FROM campaigns WHERE ${conditions.where}
        ORDER BY created_at DESC, id DESC LIMIT ${most}::int + 1) c
      WINDOW w AS (ORDER BY created_at DESC, id DESC)
    ), page AS (
      SELECT *, sum(prompt_bytes) OVER () AS page_prompt_bytes FROM sized
      WHERE nth = 1 OR nth <= ${most}::int AND bytes_so_far <= ${MOST_TEXT_BYTES}
    )
    SELECT ${COLUMNS.join(', ')}, ${TIME_KEY} AS key, nth < found AS is_more,
      CASE WHEN ${isShown ? 'true' : `page_prompt_bytes <= ${MOST_PROMPT_BYTES}`} THEN system_prompt END
        AS system_prompt
    FROM page ORDER BY nth`;
  return [composed('list-campaigns', text), conditions.values];
}

function conditionsOf({ tenantId, isTest, statuses }: CampaignFilter): Filter {
  const filter = new Filter().and('tenant_id = ?', tenantId).and('is_test = ?', isTest);
  return statuses === null ? filter.andAlso(`status <> 'archived'`) : filter.and('status = ANY(?::text[])', statuses);
}
