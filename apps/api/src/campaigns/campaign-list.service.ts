import { Injectable } from '@nestjs/common';
import { Database } from '#database/connection/database.js';
import { listCampaigns, type ListedCampaign } from '#database/statements/campaigns/list-campaigns.js';
import { fromCursor, isTimeKey, toCursor } from '../fields/cursor.js';
import type { CampaignsAnswer, CampaignsQuery, ListedCampaignView } from './campaign-list.dto.js';
import { toView } from './campaigns.service.js';

const ORDER = 'campaigns';

/** Campaigns as a list. */
@Injectable()
export class CampaignListService {
  constructor(private readonly database: Database) {}

  async list(tenantId: string, query: CampaignsQuery): Promise<CampaignsAnswer> {
    const { cursor, page_size, include = [], is_test: isTest = null, status: statuses = null } = query;
    const after = cursor === undefined ? null : fromCursor(cursor, ORDER, isTimeKey);
    const prompts = include.includes('system_prompt') ? 'shown' : 'if_small';
    const page = { after, limit: page_size, prompts } as const;
    const filter = { tenantId, isTest, statuses };
    const found = await this.database.transaction((sql) => listCampaigns(sql, filter, page));
    const last = found.isMore ? found.campaigns.at(-1) : undefined;
    return {
      campaigns: found.campaigns.map(toListed),
      left_out: found.campaigns.some(({ system_prompt }) => system_prompt === null) ? ['system_prompt'] : [],
      page_size,
      total: found.total,
      next_cursor: last ? toCursor(ORDER, last) : null,
    };
  }
}

function toListed({ key: _key, system_prompt, ...campaign }: ListedCampaign): ListedCampaignView {
  return { ...toView(campaign), ...(system_prompt === null ? {} : { system_prompt }) };
}
